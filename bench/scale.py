"""What a request costs with ten thousand accounts, a million and ten million, and what more processes bring, on PostgreSQL; writes
docs/benchmarks.md: scale.py [ACCOUNTS…]"""

import datetime
import random
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

import data
import plot
import report
from load import CLIENTS, SECONDS, measured
from machine import Postgres, Profile, described, memory_gib

# Each account with the change that made it, much as an import would have left them; the digests are of nothing. What follows the log,
# the search and the checkpoints, has come to its end, so that it is at rest while requests are measured.
FILL = """
INSERT INTO person_record (root, kind, key)
    SELECT '01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'), 'account', ({first} + n)::text FROM generate_series(1, {count}) n;
INSERT INTO account (root, login, person_id, version, created_at, updated_at, chain, update_time, name, avatar, phone, address, city,
        state, country, zipcode, user_color, email, "group", currency, comment, enable, enable_read_only, enable_change_password,
        leverage, regdate, prevbalance, prevmonthbalance, balance, storage, commission, credit, margin, margin_free, margin_level,
        equity)
    SELECT ({first} + n)::text, {first} + n, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, now(), now(),
        sha256(''), 1750000000, 'Zoë Lindqvist', '', '+46400000000', '', 'Lund', '', 'SE', '21119', '#ffffff', 'zoe' || n || '@example.test',
        'PRO-2', 'EUR', '', true, false, true, 50, 1750000000, 0, 0, 910.25, 0, 0, 0, 0, 0, 0, 0 FROM generate_series(1, {count}) n;
INSERT INTO changes (root, id, person_id, kind, key, version, at, actor, door, request_id, fields, ended, salt, digest)
    SELECT ({first} + n)::text, ('01900000-0000-7000-8001-' || lpad(to_hex(n), 12, '0'))::uuid,
        ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'account', ({first} + n)::text, 1, now(), 'operator',
        'import', 'scale', '[{{"field": "name", "old": null, "new": "Zoë Lindqvist"}}]', false, decode(repeat('00', 16), 'hex'),
        sha256('') FROM generate_series(1, {count}) n;
INSERT INTO search_term (root, kind, key, person_id, personal, form, field, term, digits)
    SELECT ({first} + n)::text, 'account', ({first} + n)::text, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, true,
        'identifier', 'email', 'zoe' || n || '@example.test', '' FROM generate_series(1, {count}) n;
UPDATE search_progress SET position = (SELECT id FROM changes ORDER BY id DESC LIMIT 1);
INSERT INTO checkpoint (position, predecessor, count, digest, at, jws)
    SELECT position, '00000000-0000-0000-0000-000000000000', {count}, sha256(''), now(), '' FROM search_progress;
CHECKPOINT;
VACUUM ANALYZE;
"""
FIRST = 100_000
# As many callers of each, so that their tokens cost the same.
CALLERS = 10_000


PROCESSES = [1, 2, 4]


def requests(count, key):
    dice = random.Random(1)
    some = [dice.randint(1, count) for _ in range(CALLERS)]
    tokens = [data.account_token(FIRST + n) for n in some]
    asked = lambda path: f"GET\t/operator/v1/{path}\tBearer {key}\t"  # noqa: E731
    return {
        "read": [f"GET\t/account/me\t{token}\t" for token in tokens],
        "update": [f'PUT\t/account/me\t{token}\t{{"city":"{{n}}"}}' for token in tokens],
        "search, e-mail": [asked(f"persons?q=zoe{n}@example.test") for n in some],
        "feed, a page of 50": [asked(f"changes?limit=50&after=01900000-0000-7000-8001-{n:012x}") for n in some],
        "history": [asked(f"records/account/{FIRST + n}/changes") for n in some],
    }


def served(database, where, servers):
    """So many servers of one database, which has been started nowhere else."""
    profiles = [Profile(database, where) for _ in range(servers)]
    for profile in profiles:
        profile.start()
    return profiles


def together(profiles, lines, postgres):
    """The same load, spread over all servers: what all answer in a second, and what each request costs."""
    pids = lambda: [*(profile.process.pid for profile in profiles), *postgres.pids()]  # noqa: E731
    with ThreadPoolExecutor() as pool:
        clients = CLIENTS // len(profiles)
        loads = [pool.submit(measured, profile.url, lines, pids, clients=clients) for profile in profiles]
        found = [load.result() for load in loads]
    rate = sum(one["rate"] for one in found)
    # Each has measured the processor time of all.
    cpu = sum(one["cpu"] * one["count"] for one in found) / len(found) / sum(one["count"] for one in found)
    return {"rate": rate, "p99": max(one["p99"] for one in found), "cpu": cpu}


def measure(count, of_many):
    """What each operation costs; of the middle size, also what reads and updates cost on several processes."""
    # A quarter of the memory, as PostgreSQL's documentation has it for a server of its own.
    postgres = Postgres(f"shared_buffers={max(memory_gib() // 4, 1)}GB")
    first = Profile(postgres.create("profile"))
    sizes, processes = [], []
    try:
        first.run("migrate")
        key = first.run("operator", "key", "create", "--name", "bench", "--role", "support")
        postgres.sql("profile", FILL.format(count=count, first=FIRST))
        for servers in PROCESSES if of_many else PROCESSES[:1]:
            profiles = served(first.database, first.folder, servers)
            try:
                for operation, lines in requests(count, key).items():
                    if servers == 1 or operation in ("read", "update"):
                        one = together(profiles, lines, postgres)
                        if servers == 1:
                            sizes.append((operation, count, one))
                        if operation in ("read", "update"):
                            processes.append((operation, servers, one))
            finally:
                for profile in profiles:
                    profile.stop()
    finally:
        postgres.stop()
        shutil.rmtree(first.folder, ignore_errors=True)
    return sizes, processes if of_many else []


def lines(rows, figure):
    """The rows of a table, each with the ratio of a figure to that of the first row of its operation."""
    base = {}
    for operation, _, one in rows:
        base.setdefault(operation, one[figure])
    return [[operation, f"{size:,}", f"{one['rate']:,.0f}", f"{one['p99']:.2f}", f"{one['cpu']:.0f}",
             f"{one[figure] / base[operation]:.2f}"] for operation, size, one in sorted(rows, key=lambda row: row[:2])]


def main():
    counts = [int(count) for count in sys.argv[1:]] or [10_000, 1_000_000, 10_000_000]
    sizes, processes = [], []
    for number, count in enumerate(counts):
        more, of_many = measure(count, number == len(counts) // 2)
        sizes, processes = sizes + more, processes + of_many
    stamp = f"{datetime.date.today()}, {described()}, {SECONDS} s each."
    head = ["a second", "p99 ms", "processor µs each"]
    costs = report.table(["operation", "accounts", *head, "processor, ratio"], lines(sizes, "cpu"))
    rates = report.table(["operation", "processes", *head, "a second, ratio"], lines(processes, "rate"))
    report.replace("scale", f"{stamp}\n\n{costs}")
    report.replace("processes", f"{stamp}\n\n{rates}")
    plot.write("scale.svg", "Processor time of a request, µs, by the number of accounts",
               {operation: [(size, one["cpu"]) for of, size, one in sizes if of == operation]
                for operation in dict.fromkeys(of for of, _, _ in sizes)})


if __name__ == "__main__":
    main()
