#!/bin/sh
# Run once, when the volume of PostgreSQL is made: a standby may copy from the addresses of its network, by the same password.
echo "host replication profile samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
