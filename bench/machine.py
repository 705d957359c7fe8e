"""Starts what is measured, in a folder of its own, and reads what it costs."""

import contextlib
import glob
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PROGRAM = os.environ["PROFILE_PROGRAM"]
SECRET = "0123456789abcdef0123456789abcdef"
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def folder():
    path = tempfile.mkdtemp(prefix="profile-bench-")
    os.chmod(path, 0o755)
    return path


def children(pid):
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    return [int(child) for child in found]


def cpu_seconds(pids):
    """What the processes have used so far; those that have ended count nothing."""
    used = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
            used += int(fields[11]) + int(fields[12])
        except FileNotFoundError:
            pass
    return used / TICKS


class Postgres:
    """A cluster with the settings that PostgreSQL comes with, but for `settings`: what is committed is on the disk."""

    def __init__(self, *settings):
        debian = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        self.bin = debian[-1] if debian else os.path.dirname(shutil.which("initdb"))
        self.folder, self.port = folder(), free_port()
        owner = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        self.as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        if owner:
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        data = f"{self.folder}/data"
        subprocess.run([f"{self.bin}/initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-D", data],
                       check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self.as_owner)
        self.log = open(f"{self.folder}/log", "w+")
        self.process = subprocess.Popen(
            [f"{self.bin}/postgres", "-D", data, "-k", self.folder, "-h", "127.0.0.1", "-p", str(self.port),
             *(word for setting in settings for word in ("-c", setting))],
            stdout=self.log, stderr=self.log, cwd=self.folder, **self.as_owner)
        while subprocess.run([f"{self.bin}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode:
            time.sleep(0.05)

    def url(self, name):
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, name):
        self.sql("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def sql(self, name, statement):
        done = subprocess.run([f"{self.bin}/psql", "-qAt", "-v", "ON_ERROR_STOP=1", self.url(name)],
                              input=statement, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def pids(self):
        return [self.process.pid, *children(self.process.pid)]

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Profile:
    """The program, serving one database."""

    process = None

    def __init__(self, database=None, where=None, program=PROGRAM, **environment):
        self.program = program
        self.folder = where or folder()
        self.database = database or f"sqlite://{self.folder}/data/profile.db"
        self.environment = environment

    def _environment(self):
        return {**os.environ, "PROFILE_DATABASE_URL": self.database, "PROFILE_JWT_SECRET": SECRET,
                "PROFILE_BIND": "127.0.0.1:0", "PROFILE_RATE_LIMIT": "off", "PROFILE_LOG": "info",
                "PROFILE_LOG_FORMAT": "json", **self.environment}

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, env=self._environment(), check=True,
                              capture_output=True, text=True)
        return done.stdout.strip()

    def start(self):
        """Serves; answers after how many milliseconds it was ready."""
        path = f"{self.folder}/log"
        begun = time.monotonic()
        with open(path, "w") as log:
            self.process = subprocess.Popen([self.program, "serve"], cwd=self.folder, env=self._environment(),
                                            stdout=log, stderr=log)
        while True:
            with open(path) as log:
                found = re.search(r'"message":"listening","address":"([^"]+)"', log.read())
            if found:
                self.url = f"http://{found.group(1)}"
                return (time.monotonic() - begun) * 1000
            if self.process.poll() is not None:
                raise SystemExit(f"the program did not start: {open(path).read()}")
            time.sleep(0.001)

    def memory(self, what="VmRSS"):
        """Resident MiB; with `RssFile` those of them that are pages of files, above all of the program itself."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(rf"{what}:\s+(\d+)", status.read()).group(1)) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def kill(self):
        """Ends what may still run; does nothing where nothing does."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def programs(*settings):
    """Gives a cluster with these settings, and what makes programs; ends all of them, and removes their folders."""
    postgres, made = Postgres(*settings), []

    def program(*arguments, **more):
        made.append(Profile(*arguments, **more))
        return made[-1]
    try:
        yield postgres, program
    finally:
        postgres.stop()
        for profile in made:
            profile.kill()
            shutil.rmtree(profile.folder, ignore_errors=True)


def memory_gib():
    with open("/proc/meminfo") as info:
        return int(re.search(r"MemTotal:\s+(\d+)", info.read()).group(1)) // 1024 // 1024


def described():
    """The machine, in a line."""
    with open("/proc/cpuinfo") as info:
        model = re.search(r"model name\s*: (.*)", info.read()).group(1)
    return f"{os.cpu_count()} × {model}, {memory_gib()} GiB of memory, Linux {os.uname().release}"


def line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
