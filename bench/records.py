"""Measures the operator API beside the contracts, on the same records and in turns, on each store; writes docs/benchmarks.md."""

import datetime

import data
import report
from compare import SECONDS, row_of
from load import measured
from machine import described, line, programs
from turns import ROUNDS, in_turns

# The least that the operator API should reach of the contract's throughput.
BOUNDS = {"read": 0.8, "update": 0.7}
# For each contract: kind of its record, its keys, and a patch that changes what the contract's update changes.
RECORDS = {
    "account": ("account", [data.login(n) for n in range(data.PEOPLE)], {"city": "{n}"}),
    "users": ("user", [data.user(n) for n in range(data.USERS)], {"bio": "{n}"}),
    "client": ("client", [data.sub(n) for n in range(data.PEOPLE)], {"address": {"city": "{n}"}}),
    "tenant": ("member", [data.member(n) for n in range(data.PEOPLE)], {"given_name": "{n}"}),
}


def requests(key, contract, operation):
    """The same operation through the operator API, a line for each record."""
    kind, keys, patch = RECORDS[contract]
    method, body = ("GET", "") if operation == "read" else ("PATCH", line({"fields": patch}))
    return [f"{method}\t/operator/v1/records/{kind}/{one}\tBearer {key}\t{body}" for one in keys]


def compared(store, profile, operations, pids):
    """A row of the table for each operation."""
    key = profile.run("operator", "key", "create", "--name", "bench", "--role", "support")

    def one(lines):
        return lambda: measured(profile.url, lines, lambda: [profile.process.pid, *pids()], SECONDS)
    for contract, operation in operations:
        through = [operations[contract, operation], requests(key, contract, operation)]
        yield row_of(f"{store}, {contract}, {operation}", in_turns(*map(one, through)), f"{BOUNDS[operation]}")


def main():
    rows = []
    with programs() as (postgres, program):
        for store in ("SQLite", "PostgreSQL"):
            profile = program(postgres.create("profile") if store == "PostgreSQL" else None)
            operations = data.operations(data.fill(profile))
            profile.start()
            rows += compared(store, profile, operations, postgres.pids if store == "PostgreSQL" else list)
            profile.stop()
    head = ["store, contract, operation", "contract, a second", "operator API, a second", "throughput", "processor", "p99", "at least"]
    table = report.table(head, rows)
    report.replace("records", f"{datetime.date.today()}, {described()}, {ROUNDS} rounds of {SECONDS} s each.\n\n{table}")


if __name__ == "__main__":
    main()
