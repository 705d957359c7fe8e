"""Two peers on the same PostgreSQL: the same kind of read and update."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
import uuid

import data
from load import measured
from machine import SECRET, children, free_port

HERE = os.path.join(os.path.dirname(__file__), "peers")
WORKERS = str(os.cpu_count())


class Peer:
    """A peer's own server, as many workers as processors, behind the same load."""

    def __init__(self, name, database, prepare, serve, address, path, token, field):
        self.name, self.path, self.token, self.field = name, path, token, field
        self.environment = {**os.environ, "PEER_DATABASE": database, "PEER_SECRET": SECRET, "PYTHONPATH": HERE}
        self.port = free_port()
        self.prepare = [sys.executable, *prepare]
        self.serve = [sys.executable, "-m", *serve, address.format(port=self.port)]

    @contextlib.contextmanager
    def served(self, postgres):
        """Serves; returns how to measure a read and an update."""
        subprocess.run(self.prepare, env=self.environment, check=True, cwd=HERE)
        server = subprocess.Popen(self.serve, env=self.environment, cwd=HERE,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{self.port}"
        try:
            self._wait(url)
            pids = lambda: [server.pid, *children(server.pid), *postgres.pids()]  # noqa: E731
            tokens = [self.token(n) for n in range(data.PEOPLE)]
            body = f'{{"{self.field}":"{{n}}"}}'
            reads = [f"GET\t{self.path}\tBearer {token}\t" for token in tokens]
            updates = [f"PATCH\t{self.path}\tBearer {token}\t{body}" for token in tokens]
            yield {"read": lambda: measured(url, reads, pids), "update": lambda: measured(url, updates, pids)}
        finally:
            server.terminate()
            server.wait()

    def _wait(self, url):
        request = urllib.request.Request(url + self.path, headers={"Authorization": f"Bearer {self.token(0)}"})
        for _ in range(200):
            try:
                return urllib.request.urlopen(request).read()
            except OSError as error:
                last = error
                time.sleep(0.1)
        raise SystemExit(f"{self.name} did not start: {last}")


def peers(postgres):
    """Both, each in a database of its own."""
    fastapi = postgres.create("peer_fastapi").replace("postgres://", "postgresql+asyncpg://")
    yield Peer(
        "fastapi-users", fastapi,
        ["-c", f"import asyncio, fastapi_peer; asyncio.run(fastapi_peer.prepare({data.PEOPLE}))"],
        ["uvicorn", "fastapi_peer:app", "--workers", WORKERS, "--no-access-log", "--port"], "{port}", "/users/me",
        lambda n: data.signed({"sub": str(uuid.UUID(int=n + 1)), "aud": ["fastapi-users:auth"], "exp": data.end()}), "city")
    yield Peer(
        "Django REST framework with djoser", postgres.create("peer_djoser"), ["djoser_peer.py", str(data.PEOPLE)],
        ["gunicorn", "djoser_peer:application", "--workers", WORKERS, "--threads", "8", "--keep-alive", "60", "--bind"],
        "127.0.0.1:{port}", "/auth/users/me/",
        lambda n: data.signed({"token_type": "access", "user_id": str(n + 1), "jti": str(n), "exp": data.end()}),
        "first_name")
