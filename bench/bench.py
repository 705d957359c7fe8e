"""Measures the release binary on each store, beside the bare limit and two peers; writes docs/benchmarks.md."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time

import attack
import bare
import data
import peers
import report
from load import SECONDS, measured, wrk
from machine import Postgres, Profile, free_port


def served(profile, operations, also=lambda: []):
    """Every operation of every contract."""
    ready = profile.start()
    try:
        pids = lambda: [profile.process.pid, *also()]  # noqa: E731
        results = {name: measured(profile.url, requests, pids) for name, requests in operations.items()}
        return {"ready": ready, "memory": profile.memory(), "operations": results}
    finally:
        profile.stop()


def bare_answers(sizes):
    """Answers a second of a server that does nothing else, by size."""
    port = free_port()
    server = subprocess.Popen([os.environ["BARE_PROGRAM"], f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        return {size: wrk(f"http://127.0.0.1:{port}", [f"GET\t/{size}\tx\t"])["rate"] for size in sorted(sizes)}
    finally:
        server.terminate()
        server.wait()


def limits(postgres, profile, operations):
    """The bare limit of each operation on PostgreSQL, and the size of its answer."""
    found = {}
    for (contract, operation), requests in operations.items():
        statements, size = bare.statements(postgres, profile, requests)
        rate = bare.pgbench(postgres, bare.script(contract, statements))
        found[contract, operation] = {"rate": rate, "size": size, "statements": len(statements)}
    answers = bare_answers({limit["size"] for limit in found.values()})
    for limit in found.values():
        limit["answers"] = answers[limit["size"]]
    return found


def one_by_one(profile):
    """Updates a second of the same file by one client, each in a transaction of its own, as durable as ours."""
    connection = sqlite3.connect(f"{profile.folder}/data/profile.db", isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
    end, count = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        login = data.login(count % data.PEOPLE)
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("SELECT version FROM account WHERE login = ?", (login,)).fetchone()[0] + 1
        connection.execute("UPDATE account SET city = ?, version = ? WHERE login = ?", (str(count), version, login))
        connection.execute(
            "INSERT INTO changes (id, facet, key, version, at, actor, contract, request_id, fields) "
            "VALUES (?, 'account', ?, ?, '2026-01-01 00:00:00', 'bench', 'bench', 'bench', '[]')",
            (f"bench-{count}", str(login), version))
        connection.execute("COMMIT")
        count += 1
    connection.close()
    return count / SECONDS


def under_attack(profile, operations):
    """How long the slowest of a hundred waits, calm and beside each attack."""
    profile.start()
    port = profile.url.rsplit(":", 1)[1]
    requests = operations["account", "read"]
    try:
        wrk(profile.url, requests, seconds=2, clients=8)
        results = {}
        for kind in attack.COPIES:
            calm = wrk(profile.url, requests, clients=8)
            attackers = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), "attack.py"), kind, port])
            try:
                time.sleep(1)
                results[kind] = (calm, wrk(profile.url, requests, clients=8))
            finally:
                attackers.terminate()
                attackers.wait()
            time.sleep(1)
        return results, profile.memory()
    finally:
        profile.stop()


def main():
    parts = sys.argv[1:] or ["stores", "peers", "attack"]
    postgres = Postgres()
    embedded, clustered = Profile(), Profile(postgres.create(bare.NAME))
    found = {}
    try:
        operations = {name: data.operations(data.fill(profile))
                      for name, profile in (("SQLite", embedded), ("PostgreSQL", clustered))}
        if "stores" in parts:
            found["SQLite"] = served(embedded, operations["SQLite"])
            found["one by one"] = one_by_one(embedded)
            found["PostgreSQL"] = served(clustered, operations["PostgreSQL"], postgres.pids)
            found["limits"] = limits(postgres, clustered, operations["PostgreSQL"])
        if "peers" in parts:
            found["peers"] = {peer.name: peer.measure(postgres) for peer in peers.peers(postgres)}
        if "attack" in parts:
            found["attack"] = under_attack(embedded, operations["SQLite"])
    finally:
        postgres.stop()
        for profile in (embedded, clustered):
            shutil.rmtree(profile.folder, ignore_errors=True)
    report.write(found)


if __name__ == "__main__":
    main()
