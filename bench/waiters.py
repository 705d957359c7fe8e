"""Operators who wait for changes that do not come, thousands of them, while others are served: waiters.py PORT, keys on stdin."""

import asyncio
import json
import re
import resource
import subprocess
import sys
import time
import urllib.request

WAITERS = 5_000
# As many as a key may have open.
OF_KEY = 16
# Fewer than the service takes of one address.
OF_ADDRESS = 1_000


def raise_limit():
    """Lets this process and its children open as many files as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def keys(profile):
    """Keys for all of them, made through the API of the running service."""
    admin = profile.run("operator", "key", "create", "--name", "bench", "--role", "admin")
    made = []
    for n in range(-(-WAITERS // OF_KEY)):
        request = urllib.request.Request(
            f"{profile.url}/operator/v1/keys", json.dumps({"name": f"waiter {n}", "role": "reader"}).encode(),
            {"Authorization": f"Bearer {admin}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            made.append(json.load(answer)["secret"])
    return made


def begin(profile):
    """Starts them; returns their process once all of them wait."""
    secrets = keys(profile)
    port = profile.url.rsplit(":", 1)[1]
    process = subprocess.Popen([sys.executable, __file__, port], stdin=subprocess.PIPE, text=True)
    process.stdin.write("\n".join(secrets))
    process.stdin.close()
    until = time.monotonic() + 60
    while waiting(profile) < WAITERS * 0.99:
        if time.monotonic() > until or process.poll() is not None:
            process.kill()
            raise SystemExit(f"only {waiting(profile)} of {WAITERS} wait")
        time.sleep(0.2)
    return process


def waiting(profile):
    with urllib.request.urlopen(f"{profile.url}/metrics") as answer:
        found = re.search(r'profile_operator_open_calls\{call="wait"\} (\d+)', answer.read().decode())
    return int(found.group(1)) if found else 0


async def wait(port, key, address):
    """Waits again and again; each time for as long as the service lets it."""
    request = (f"GET /operator/v1/changes?after=latest&kind=brand&not_actor=me&wait=30 HTTP/1.1\r\nHost: x\r\n"
               f"Authorization: Bearer {key}\r\n\r\n").encode()
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
            while True:
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head).group(1)))
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.5)


async def main(port, secrets):
    waiters = []
    for n in range(WAITERS):
        address = f"127.0.1.{1 + n // OF_ADDRESS}"
        waiters.append(asyncio.create_task(wait(port, secrets[n // OF_KEY], address)))
        # Spread, so that they do not all come back at once.
        await asyncio.sleep(0.001)
    await asyncio.gather(*waiters)


if __name__ == "__main__":
    raise_limit()
    asyncio.run(main(int(sys.argv[1]), sys.stdin.read().split()))
