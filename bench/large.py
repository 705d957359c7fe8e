"""What a large store costs: imports over HTTP, and a copy to PostgreSQL; writes docs/benchmarks.md: large.py [RECORDS] [CHANGES_OF_EACH]"""

import datetime
import http.client
import json
import os
import re
import subprocess
import sys
import time

import report
from machine import described, line, memory_gib, programs

FIRST = 1_000_000
PIECE = 256 * 1024
IMPORT_MIB, COPY_MIB, COPY_SECONDS = 64, 128, 600


def write(path, count, city):
    with open(path, "w") as file:
        for n in range(count):
            file.write(line({"kind": "account", "login": FIRST + n, "name": f"Zoë Lindqvist {n}", "city": city,
                             "email": f"zoe{n}@example.test", "country": "SE"}) + "\n")


def pieces(path):
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            yield piece


def imported(profile, key, path):
    """Sends the rows of a file; returns the seconds until the last line of the report."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection(profile.url.removeprefix("http://"))
    connection.request("POST", "/operator/v1/imports?reason=of%20a%20bench", pieces(path), encode_chunked=True,
                       headers={"authorization": f"Bearer {key}", "content-type": "application/x-ndjson",
                                "transfer-encoding": "chunked"})
    answer = connection.getresponse().read().decode().splitlines()
    last = json.loads(answer[-1])
    if "imported" not in last or last["failed"]:
        raise SystemExit(f"the import failed: {answer[-3:]}")
    return time.monotonic() - begun


def peak(pid):
    """The most MiB that were resident since the start, or since `reset`."""
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1)) / 1024


def reset(pid):
    with open(f"/proc/{pid}/clear_refs", "w") as refs:
        refs.write("5")


def copied(profile, to):
    """Copies the store; returns the last line of the output, the seconds and the most MiB that were resident."""
    begun = time.monotonic()
    copy = subprocess.Popen([profile.program, "copy", "--to", to], cwd=profile.folder, env=profile._environment(),
                            stdout=subprocess.PIPE, text=True)
    output = copy.stdout.read()
    _, status, used = os.wait4(copy.pid, 0)
    if status:
        raise SystemExit(f"the copy failed: {status}")
    return output.strip().splitlines()[-1], time.monotonic() - begun, used.ru_maxrss / 1024


def main():
    given = [int(word) for word in sys.argv[1:]]
    count, changes = given + [1_000_000, 5][len(given):]
    rows = []
    with programs(f"shared_buffers={max(memory_gib() // 4, 1)}GB") as (postgres, program):
        profile = program()
        profile.run("migrate")
        key = profile.run("operator", "key", "create", "--name", "bench", "--role", "admin")
        profile.start()
        path = f"{profile.folder}/rows.ndjson"
        for number in range(changes):
            write(path, count, f"City {number}")
            reset(profile.process.pid)
            before = profile.memory()
            seconds = imported(profile, key, path)
            if number < 2:
                rows.append([["new records", "the same records, changed"][number] + f", import over HTTP, {count:,} rows",
                             f"{seconds:.0f}", f"{count / seconds:,.0f}", f"{before:.0f}", f"{peak(profile.process.pid):.0f}",
                             f"{profile.memory('RssFile'):.0f}",
                             f"{IMPORT_MIB} MiB more"])
        profile.stop()
        said, seconds, most = copied(profile, postgres.create("copy"))
        rows.append([f"copy to PostgreSQL, {count * changes:,} changes", f"{seconds:.0f}", f"{count * (1 + changes) / seconds:,.0f}",
                     "", f"{most:.0f}", "", f"{COPY_SECONDS} s, {COPY_MIB} MiB"])
    head = ["what", "seconds", "a second", "resident before, MiB", "at most, MiB", "of it the program's file, MiB", "bound"]
    report.replace("large", f"{datetime.date.today()}, {described()}.\n\n{report.table(head, rows)}\n\nThe copy said: `{said}`.")


if __name__ == "__main__":
    main()
