"""Measures deliveries to subscriptions on each store: how fast a backlog drains, and what two subscriptions cost updates; writes docs/benchmarks.md."""

import asyncio
import datetime
import json
import multiprocessing
import os
import statistics
import time
import urllib.request

import data
import report
from load import measured, wrk
from machine import described, free_port, programs
from turns import ROUNDS, in_turns

# Changes that wait when delivery begins, at least.
BACKLOG = 20_000


class Receiver(asyncio.Protocol):
    """Answers every POST with 204, and counts it."""

    count = multiprocessing.Value("Q", 0)

    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, rest = self.buffer.split(b"\r\n\r\n", 1)
            lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            length = int(lengths[0]) if lengths else 0
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            self.count.value += 1
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def receive(port):
    # It would be another machine: it gets what is left of this one.
    os.nice(19)

    async def serve():
        server = await asyncio.get_running_loop().create_server(Receiver, "127.0.0.1", port)
        await server.serve_forever()
    asyncio.run(serve())


def subscribe(profile, key, url):
    body = {"url": url}
    request = urllib.request.Request(f"{profile.url}/operator/v1/subscriptions", json.dumps(body).encode(),
                                     {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def drained(profile, updates):
    """Changes a second that reach the receiver, from a backlog."""
    profile.environment["PROFILE_DELIVERY"] = "off"
    profile.start()
    before, changes = Receiver.count.value, 0
    while changes < BACKLOG:
        changes += wrk(profile.url, updates, seconds=2)["count"]
    profile.stop()
    profile.environment["PROFILE_DELIVERY"] = "on"
    profile.start()
    begun, begun_at = None, 0
    while True:
        count = Receiver.count.value - before
        if begun is None and count > 0:
            begun, begun_at = count, time.monotonic()
        if count >= changes:
            seconds = time.monotonic() - begun_at
            profile.stop()
            return changes, (count - begun) / seconds
        time.sleep(0.01)


def cost(profile, updates, pids):
    """Updates a second without and with deliveries, in turns."""
    def one(switch):
        def measure():
            profile.environment["PROFILE_DELIVERY"] = switch
            profile.start()
            result = measured(profile.url, updates, lambda: [profile.process.pid, *pids()])
            profile.stop()
            return result
        return measure
    return in_turns(one("off"), one("on"))


def main():
    port = free_port()
    receiver = multiprocessing.Process(target=receive, args=(port,), daemon=True)
    receiver.start()
    rows = []
    with programs() as (postgres, program):
        for store in ("SQLite", "PostgreSQL"):
            profile = program(postgres.create("profile") if store == "PostgreSQL" else None,
                              PROFILE_WEBHOOK_ALLOW_PRIVATE="on")
            updates = data.operations(data.fill(profile))["account", "update"]
            key = profile.run("operator", "key", "create", "--name", "bench", "--role", "admin")
            profile.start()
            subscribe(profile, key, f"http://127.0.0.1:{port}/one")
            profile.stop()
            changes, drain = drained(profile, updates)
            profile.start()
            subscribe(profile, key, f"http://127.0.0.1:{port}/two")
            profile.stop()
            pids = postgres.pids if store == "PostgreSQL" else list
            pairs = cost(profile, updates, pids)
            ratio = statistics.median(new["rate"] / old["rate"] for old, new in pairs)
            old, new = (statistics.median(pair[side]["rate"] for pair in pairs) for side in (0, 1))
            row = [store, f"{changes:,}", f"{drain:,.0f}", f"{old:,.0f}", f"{new:,.0f}", f"{ratio:.2f}"]
            print(" | ".join(row), flush=True)
            rows.append(row)
    receiver.terminate()
    head = ["store", "backlog", "drained a second", "updates a second without", "with two subscriptions", "ratio"]
    report.replace("deliveries", f"{datetime.date.today()}, {described()}, {ROUNDS} rounds.\n\n{report.table(head, rows)}")


if __name__ == "__main__":
    main()
