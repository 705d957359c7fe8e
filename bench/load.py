"""Load by wrk, and what it costs."""

import os
import re
import subprocess
import tempfile

from machine import cpu_seconds

SECONDS = int(os.environ.get("BENCH_SECONDS", "10"))
CLIENTS = 32
UNITS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}


def milliseconds(text):
    number, unit = re.match(r"([\d.]+)(\w+)", text).groups()
    return float(number) * UNITS[unit]


def wrk(url, requests, seconds=SECONDS, clients=CLIENTS, script="requests.lua"):
    """Throughput, p50 and p99 in milliseconds; every answer must be a good one."""
    with tempfile.NamedTemporaryFile("w", suffix=".requests") as file:
        file.write("\n".join(requests))
        file.flush()
        script = os.path.join(os.path.dirname(__file__), script)
        done = subprocess.run(["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", "-s", script, url, "--", file.name],
                              check=True, capture_output=True, text=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", done)
    errors = re.search(r"Socket errors: .*", done)
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", done).group(1)),
        "count": int(re.search(r"(\d+) requests in", done).group(1)),
        "p50": milliseconds(re.search(r"(?m)^\s+50%\s+(\S+)", done).group(1)),
        "p99": milliseconds(re.search(r"(?m)^\s+99%\s+(\S+)", done).group(1)),
        "bad": int(bad.group(1)) if bad else 0,
        "errors": errors.group(0) if errors else "",
    }


def measured(url, requests, pids, seconds=SECONDS, clients=CLIENTS):
    """The same after a short warm-up, with the processors' microseconds per request of `pids`."""
    wrk(url, requests, seconds=2, clients=clients)
    before = cpu_seconds(pids())
    result = wrk(url, requests, seconds, clients)
    result["cpu"] = (cpu_seconds(pids()) - before) * 1e6 / result["count"]
    if result["bad"] or result["errors"]:
        raise SystemExit(f"{result['bad']} bad answers, {result['errors']}: {requests[0][:80]}")
    return result
