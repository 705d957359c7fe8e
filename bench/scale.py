"""What a request costs with ten thousand accounts and with ten million, on PostgreSQL; writes docs/benchmarks.md."""

import datetime
import random
import shutil
import sys

import data
import report
from load import SECONDS, measured
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
        sha256(''), 1750000000, 'Zoë Lindqvist', '', '+46400000000', '', 'Lund', '', 'SE', '21119', '#ffffff', 'zoe@example.test',
        'PRO-2', 'EUR', '', true, false, true, 50, 1750000000, 0, 0, 910.25, 0, 0, 0, 0, 0, 0, 0 FROM generate_series(1, {count}) n;
INSERT INTO changes (root, id, person_id, kind, key, version, at, actor, door, request_id, fields, ended, salt, digest)
    SELECT ({first} + n)::text, ('01900000-0000-7000-8001-' || lpad(to_hex(n), 12, '0'))::uuid,
        ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'account', ({first} + n)::text, 1, now(), 'operator',
        'import', 'scale', '[{{"field": "name", "old": null, "new": "Zoë Lindqvist"}}]', false, decode(repeat('00', 16), 'hex'),
        sha256('') FROM generate_series(1, {count}) n;
UPDATE search_progress SET position = (SELECT id FROM changes ORDER BY id DESC LIMIT 1);
INSERT INTO checkpoint (position, predecessor, count, digest, at, jws)
    SELECT position, '00000000-0000-0000-0000-000000000000', {count}, sha256(''), now(), '' FROM search_progress;
CHECKPOINT;
VACUUM ANALYZE;
"""
FIRST = 100_000
# As many callers of each, so that their tokens cost the same.
CALLERS = 10_000


def requests(count):
    dice = random.Random(1)
    tokens = [data.account_token(FIRST + dice.randint(1, count)) for _ in range(CALLERS)]
    return {
        "read": [f"GET\t/account/me\t{token}\t" for token in tokens],
        "update": [f'PUT\t/account/me\t{token}\t{{"city":"{{n}}"}}' for token in tokens],
    }


def main():
    counts = [int(count) for count in sys.argv[1:]] or [10_000, 10_000_000]
    rows = []
    for count in counts:
        # A quarter of the memory, as PostgreSQL's documentation has it for a server of its own.
        postgres = Postgres(f"shared_buffers={memory_gib() // 4}GB")
        profile = Profile(postgres.create("profile"))
        try:
            profile.run("migrate")
            postgres.sql("profile", FILL.format(count=count, first=FIRST))
            profile.start()
            pids = lambda: [profile.process.pid, *postgres.pids()]  # noqa: E731
            for operation, lines in requests(count).items():
                one = measured(profile.url, lines, pids)
                rows.append((operation, count, one))
            profile.stop()
        finally:
            postgres.stop()
            shutil.rmtree(profile.folder, ignore_errors=True)
    base = {operation: one["cpu"] for operation, count, one in rows if count == counts[0]}
    lines = [[operation, f"{count:,}", f"{one['rate']:,.0f}", f"{one['p99']:.2f}", f"{one['cpu']:.0f}",
              f"{one['cpu'] / base[operation]:.2f}"] for operation, count, one in rows]
    table = report.table(["operation", "accounts", "a second", "p99 ms", "processor µs each", "ratio"], lines)
    report.replace("scale", f"{datetime.date.today()}, {described()}, {SECONDS} s each.\n\n{table}")


if __name__ == "__main__":
    main()
