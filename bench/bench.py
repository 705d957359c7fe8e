"""Measures the release binary on each store, beside the bare limit and two peers; writes docs/benchmarks.md."""

import os
import shutil
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


HERE = os.path.dirname(os.path.abspath(__file__))


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


def grouped(folder):
    """Updates a second of 32 callers in groups, and each in a transaction of its own, by how much longer a flush takes."""
    library, source = f"{folder}/slow_flush.so", os.path.join(HERE, "slow_flush.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
    found = {}
    for milliseconds in (0, 0.3, 2, 10):
        slow = {"LD_PRELOAD": library, "FLUSH_MS": str(milliseconds)} if milliseconds else {}
        command = ["cargo", "bench", "--quiet", "--locked", "--package", "profile-sqlite", "--bench", "group_commit", "--",
                   f"{folder}/grouped-{milliseconds}.db", str(SECONDS)]
        done = subprocess.run(command, env={**os.environ, **slow}, check=True, capture_output=True, text=True)
        found[milliseconds] = tuple(int(figure) for figure in done.stdout.split())
    return found


def under_attack(profile, operations):
    """How long the slowest of a hundred waits, calm and beside each attack, for reads alone and for a mixture."""
    profile.start()
    port = profile.url.rsplit(":", 1)[1]
    loads = {"reads": operations["account", "read"], "mixture": data.mixture(operations)}

    def healthy(load, seconds=SECONDS):
        return wrk(profile.url, loads[load], seconds, clients=8, script="paced.lua")
    try:
        for load in loads:
            healthy(load, seconds=2)
        results = {}
        for kind in attack.COPIES:
            calm = {load: healthy(load) for load in loads}
            attackers = subprocess.Popen([sys.executable, os.path.join(HERE, "attack.py"), kind, port])
            try:
                time.sleep(1)
                results[kind] = {load: (calm[load], healthy(load)) for load in loads}
            finally:
                attackers.terminate()
                attackers.wait()
            time.sleep(1)
        return results, profile.memory()
    finally:
        profile.stop()


def main():
    parts = sys.argv[1:] or ["stores", "grouped", "peers", "attack"]
    postgres = Postgres()
    embedded, clustered = Profile(), Profile(postgres.create(bare.NAME))
    found = {}
    try:
        operations = {name: data.operations(data.fill(profile))
                      for name, profile in (("SQLite", embedded), ("PostgreSQL", clustered))}
        if "stores" in parts:
            found["stores"] = {"SQLite": served(embedded, operations["SQLite"]),
                               "PostgreSQL": served(clustered, operations["PostgreSQL"], postgres.pids)}
            found["limits"] = limits(postgres, clustered, operations["PostgreSQL"])
        if "grouped" in parts:
            found["grouped"] = grouped(embedded.folder)
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
