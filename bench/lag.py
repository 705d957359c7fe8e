"""Measures how long after its commit a change reaches a healthy receiver, alone and beside receivers that attack; writes docs/benchmarks.md."""

import asyncio
import datetime
import json
import multiprocessing
import re
import statistics
import time

import data
import report
from deliveries import subscribe
from load import SECONDS, wrk
from machine import described, free_port, programs
from turns import ROUNDS

CALM_SECONDS, BESIDE_RATIO = 1, 1.5


async def request(reader):
    """Reads a request; returns its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    return await reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head).group(1)))


async def hang(reader, _writer):
    await reader.read()


async def drip(reader, writer):
    await request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(1)


async def refuse(reader, writer):
    while True:
        await request(reader)
        writer.write(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n")


async def redirect(reader, writer):
    while True:
        await request(reader)
        writer.write(b"HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n")


async def flood(reader, writer):
    await request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x" * 65536)
        await writer.drain()


ATTACKERS = [hang, drip, refuse, redirect, flood]


def healthy(lags):
    async def receive(reader, writer):
        while True:
            event = json.loads(await request(reader))
            made = datetime.datetime.fromisoformat(event["time"])
            lags.append((datetime.datetime.now(datetime.UTC) - made).total_seconds())
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
    return receive


def serve(ports, lags):
    """Serves one receiver on each port: the attackers, and the healthy one on the last."""
    def quiet(handle):
        async def handled(reader, writer):
            try:
                await handle(reader, writer)
            except (OSError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()
        return handled

    async def forever():
        for port, handle in zip(ports, [*ATTACKERS, healthy(lags)], strict=True):
            await asyncio.start_server(quiet(handle), "127.0.0.1", port)
        await asyncio.Event().wait()
    asyncio.run(forever())


def lag(profile, updates, lags):
    """Has one client update records; returns how many changes arrived, and the p50 and p99 of their seconds."""
    wrk(profile.url, updates, seconds=1, clients=1, script="paced.lua")
    time.sleep(1)
    del lags[:]
    made = wrk(profile.url, updates, clients=1, script="paced.lua")["count"]
    until = time.monotonic() + 30
    while len(lags) < made and time.monotonic() < until:
        time.sleep(0.05)
    if len(lags) < made:
        raise SystemExit(f"only {len(lags)} of {made} changes arrived")
    sorted_lags = sorted(lags)
    return made, statistics.median(sorted_lags), sorted_lags[int(len(sorted_lags) * 0.99)]


def measure(store, profile, ports, lags):
    """Returns the rows of a store."""
    updates = data.operations(data.fill(profile))["account", "update"]
    key = profile.run("operator", "key", "create", "--name", "bench", "--role", "admin")
    profile.start()
    subscribe(profile, key, f"http://127.0.0.1:{ports[-1]}/healthy")
    calm = [lag(profile, updates, lags) for _ in range(ROUNDS)]
    for port in ports[:-1]:
        subscribe(profile, key, f"http://127.0.0.1:{port}/attack")
    beside = [lag(profile, updates, lags) for _ in range(ROUNDS)]
    # It would take from the next one.
    profile.stop()
    rows = []
    for name, rounds in (("alone", calm), ("beside five that attack", beside)):
        made, p50, p99 = (statistics.median(one[n] for one in rounds) for n in range(3))
        ratio = p99 / statistics.median(one[2] for one in calm)
        rows.append([f"{store}, {name}", f"{made / SECONDS:,.0f}", f"{p50 * 1000:.1f}", f"{p99 * 1000:.1f}", f"{ratio:.2f}"])
        print(" | ".join(rows[-1]), flush=True)
    return rows


def main():
    ports = [free_port() for _ in range(len(ATTACKERS) + 1)]
    manager = multiprocessing.Manager()
    lags = manager.list()
    receivers = multiprocessing.Process(target=serve, args=(ports, lags), daemon=True)
    receivers.start()
    rows = []
    with programs() as (postgres, program):
        for store, database in (("SQLite", None), ("PostgreSQL", postgres.create("profile"))):
            profile = program(database, PROFILE_WEBHOOK_ALLOW_PRIVATE="on")
            rows += measure(store, profile, ports, lags)
    receivers.terminate()
    head = ["store, receiver", "changes a second", "p50 ms", "p99 ms", "p99, ratio"]
    report.replace("lag", f"{datetime.date.today()}, {described()}, {ROUNDS} rounds of {SECONDS} s.\n\n{report.table(head, rows)}")


if __name__ == "__main__":
    main()
