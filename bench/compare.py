"""Measures two binaries in turns on each store, and prints how much faster or slower the new one is: compare.py OLD_BINARY."""

import datetime
import os
import statistics
import sys

import data
import report
from load import measured
from machine import PROGRAM, described, programs
from turns import ROUNDS, in_turns

SECONDS = int(os.environ.get("BENCH_SECONDS", "4"))


def pairs_of(servers, operation):
    """Figures of the old and the new binary for one operation, a pair for each round."""
    def one(profile, operations, pids):
        return lambda: measured(profile.url, operations[operation], lambda: [profile.process.pid, *pids()], SECONDS)
    return in_turns(*(one(*server) for server in servers))


def median_ratio(pairs, figure):
    return statistics.median(new[figure] / old[figure] for old, new in pairs)


def row_of(name, pairs, *more):
    """A row of the table, which is printed, too."""
    rates = [statistics.median(pair[side]["rate"] for pair in pairs) for side in (0, 1)]
    ratios = [median_ratio(pairs, figure) for figure in ("rate", "cpu", "p99")]
    row = [name, *(f"{rate:,.0f}" for rate in rates), *(f"{ratio:.2f}" for ratio in ratios), *more]
    print(" | ".join(row), flush=True)
    return row


def compared(store, servers):
    """A row of the table for each operation."""
    for contract, kind in servers[0][1]:
        pairs = pairs_of(servers, (contract, kind))
        yield row_of(f"{store}, {contract}, {kind}", pairs)


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: scripts/bench compare OLD_BINARY")
    binaries, rows = [os.path.abspath(sys.argv[1]), PROGRAM], []
    with programs() as (postgres, program):
        for store in ("SQLite", "PostgreSQL"):
            databases = [postgres.create(name) if store == "PostgreSQL" else None for name in ("old", "new")]
            pids = postgres.pids if store == "PostgreSQL" else list
            servers = []
            for binary, database in zip(binaries, databases):
                profile = program(database, program=binary)
                operations = data.operations(data.fill(profile))
                profile.start()
                servers.append((profile, operations, pids))
            rows += compared(store, servers)
            for profile, *_ in servers:
                profile.stop()
    table = report.table(["store, contract, operation", "old, a second", "new, a second", "throughput", "processor", "p99"], rows)
    report.replace("compare", f"{datetime.date.today()}, {described()}, {ROUNDS} rounds of {SECONDS} s each.\n\n{table}")


if __name__ == "__main__":
    main()
