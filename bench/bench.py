"""Measures the release binary on each store, beside the bare limit and two peers; writes docs/benchmarks.md."""

import os
import shutil
import statistics
import subprocess
import sys
import time

import attack
import bare
import data
import peers
import report
import waiters
from load import SECONDS, measured, wrk
from machine import Postgres, Profile, free_port
from turns import in_turns, median


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
    """Each operation on PostgreSQL in turns with its bare limit, and the size of its answer."""
    traced = {name: bare.statements(postgres, profile, requests) for name, requests in operations.items()}
    answers = bare_answers({size for _, size in traced.values()})
    found = {}
    profile.start()
    bare.begin(postgres)
    try:
        for name, (statements, size) in traced.items():
            script = bare.script(name[0], statements)
            pids = lambda: [profile.process.pid, *postgres.pids()]  # noqa: E731
            found[name] = {
                "rounds": in_turns(lambda: measured(profile.url, operations[name], pids)["rate"],
                                   lambda: bare.pgbench(postgres, script)),
                "statements": len([one for one, _ in statements if one.startswith(("SELECT", "WITH"))]),
                "answers": answers[size],
            }
    finally:
        bare.end(postgres)
        profile.stop()
    return found


def beside_peers(postgres, profile, operations):
    """Each peer in turns with the service, by operation: the median of both, and of the ratios."""
    found = {}
    profile.start()
    try:
        pids = lambda: [profile.process.pid, *postgres.pids()]  # noqa: E731
        for peer in peers.peers(postgres):
            with peer.served(postgres) as loads:
                for operation, theirs in loads.items():
                    ours = lambda: measured(profile.url, operations["account", operation], pids)  # noqa: E731
                    rounds = in_turns(ours, theirs)
                    ratios = [our["rate"] / their["rate"] for our, their in rounds]
                    found[peer.name, operation] = median([their for _, their in rounds]), statistics.median(ratios)
        return found
    finally:
        profile.stop()


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


def beside_waiters(profile, operations):
    """How long the slowest of a hundred waits, calm and beside operators who wait for changes; the memory of all of it."""
    waiters.raise_limit()
    profile.start()
    load = data.mixture(operations)

    def healthy(seconds=SECONDS):
        return wrk(profile.url, load, seconds, clients=8, script="paced.lua")
    try:
        healthy(seconds=2)
        calm = healthy()
        process = waiters.begin(profile)
        try:
            beside = healthy()
            return calm, beside, waiters.waiting(profile), profile.memory(), profile.memory("RssFile")
        finally:
            process.terminate()
            process.wait()
    finally:
        profile.stop()


def main():
    parts = sys.argv[1:] or ["stores", "limits", "grouped", "peers", "attack", "waiters"]
    postgres = Postgres()
    embedded, clustered = Profile(), Profile(postgres.create(bare.NAME))
    found = {}
    try:
        operations = {name: data.operations(data.fill(profile))
                      for name, profile in (("SQLite", embedded), ("PostgreSQL", clustered))}
        if "stores" in parts:
            found["stores"] = {"SQLite": served(embedded, operations["SQLite"]),
                               "PostgreSQL": served(clustered, operations["PostgreSQL"], postgres.pids)}
        if "limits" in parts:
            found["limits"] = limits(postgres, clustered, operations["PostgreSQL"])
        if "grouped" in parts:
            found["grouped"] = grouped(embedded.folder)
        if "peers" in parts:
            found["peers"] = beside_peers(postgres, clustered, operations["PostgreSQL"])
        if "attack" in parts:
            found["attack"] = under_attack(embedded, operations["SQLite"])
        if "waiters" in parts:
            found["waiters"] = {"SQLite": beside_waiters(embedded, operations["SQLite"]),
                                "PostgreSQL": beside_waiters(clustered, operations["PostgreSQL"])}
    finally:
        postgres.stop()
        for profile in (embedded, clustered):
            shutil.rmtree(profile.folder, ignore_errors=True)
    report.write(found)


if __name__ == "__main__":
    main()
