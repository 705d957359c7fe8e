"""Updates a second of one client of the same file, each in a transaction of its own, as durable as the service's."""

import sqlite3
import sys
import time

import data


def main(path, seconds):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        login = data.login(count % data.PEOPLE)
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("SELECT version FROM account WHERE login = ?", (login,)).fetchone()[0] + 1
        connection.execute("UPDATE account SET city = ?, version = ? WHERE login = ?", (str(count), version, login))
        connection.execute(
            "INSERT INTO changes (id, facet, key, version, at, actor, contract, request_id, fields) "
            "VALUES (?, 'account', ?, ?, '2026-01-01 00:00:00', 'bench', 'bench', 'bench', '[]')",
            (f"bench-{login}-{version}", str(login), version))
        connection.execute("COMMIT")
        count += 1
    print(count / seconds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
