"""The bare limit: the statements that one request makes, taken from the server's log, sent by pgbench instead."""

import os
import re
import subprocess
import tempfile
import time
import urllib.request

import data
from load import SECONDS

NAME = "profile"
# What the update writes that is looked at.
MARK = "740740"
# How the key of the n-th person is written in SQL, and the key of the one whose request is looked at.
KEYS = {
    "account": ("(100000 + :n)", str(data.login(1))),
    "users": ("'user_B' || lpad(:n::text, 13, '0')", data.user(1)),
    "client": ("('5b2f6a3e-8f0d-4c56-9f6e-' || lpad(to_hex(:n::int), 12, '0'))::uuid", data.sub(1)),
    "tenant": ("(10000 + :n)", str(data.member(1))),
}
EXECUTED = re.compile(r"LOG:  duration: [\d.]+ ms  execute s\d+: (.*)\n(?:.*DETAIL:  parameters: ((?:.|\n(?!\d{4}-))*))?")
PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")


def ask(url, request):
    method, path, authorization, body = request.split("\t")
    body = body.replace("{n}", MARK).encode() or None
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    return urllib.request.urlopen(urllib.request.Request(url + path, method=method, data=body, headers=headers)).read()


def statements(postgres, profile, requests):
    """What the second of the requests makes the database do, with the values of its parameters; and its answer."""
    postgres.sql("postgres", f"ALTER DATABASE {NAME} SET log_min_duration_statement = 0")
    profile.start()
    # Each thread that answers makes its own connections at first.
    for request in requests[2:20]:
        ask(profile.url, request)
    begun = postgres.log.seek(0, os.SEEK_END)
    answer = ask(profile.url, requests[1])
    time.sleep(0.2)
    profile.stop()
    postgres.sql("postgres", f"ALTER DATABASE {NAME} RESET log_min_duration_statement")
    postgres.log.seek(begun)
    found = []
    for statement, parameters in EXECUTED.findall(postgres.log.read()):
        found.append((statement, {int(number): value for number, value in PARAMETER.findall(parameters)}))
    return found, len(answer)


def script(contract, found):
    """The statements as a script for pgbench, about a person at random."""
    key, of_one = KEYS[contract]
    lines = [f"\\set n random(1, {(data.USERS if contract == 'users' else data.PEOPLE) - 1})"]

    def value(number, values):
        text = values[number]
        if text == f"'{of_one}'":
            return key
        return f"ARRAY[{key}]" if text == f"'{{{of_one}}}'" else text
    reads = 0
    for statement, values in found:
        if statement.startswith("SELECT"):
            reads += 1
            text = re.sub(r"\$(\d+)", lambda one: value(int(one.group(1)), values), statement)
            # The first to be read is whose version an update needs; versions of others must not take its name.
            columns, rest = text.replace("LIMIT '1'", "LIMIT 1").split(" FROM ", 1)
            own, *others = columns.rsplit('."version"', columns.count('."version"') - 1)
            text = '."version" AS other'.join([own, *others]) + " FROM " + rest
            lines.append(text + (" \\gset r_" if reads == 1 else ";"))
        elif statement.startswith("WITH written AS (UPDATE"):
            lines.append(update(statement, values, value, key) + ";")
    return "\n".join(lines)


def update(statement, values, value, key):
    """Every column keeps its value but version and times, and the one that is changed."""
    table = re.search(r'UPDATE ("\w+")', statement).group(1)
    written, recorded = statement.split(" INSERT INTO changes ")
    changed = {number for number, text in values.items() if text.startswith(f"'{MARK}")}

    def column(one):
        name, number = one.group(1), int(one.group(2))
        if name == '"version"':
            return '"version" = :r_version + 1'
        if number in changed:
            return f'{name} = (:r_version + 1)::text'
        return f"{name} = {values[number]}" if name.endswith('_at"') or "update" in name else f"{name} = {table}.{name}"
    written = re.sub(r'("\w+") = \$(\d+)(?=,| WHERE)', column, written)
    written = re.sub(r'("version") = \$\d+', r"\1 = :r_version", written)
    written = re.sub(r"\$(\d+)", lambda one: value(int(one.group(1)), values), written)
    numbers = [int(number) for number in re.findall(r"\$(\d+)", recorded)]
    shown = [values[number] for number in numbers]
    shown[0], shown[3], shown[4] = "gen_random_uuid()", f"({key})::text", ":r_version + 1"
    # To pgbench a colon before a letter begins a variable.
    fields = shown[10].replace('":', '": ')
    shown[1], shown[5], shown[10] = f"{shown[1]}::uuid", f"{shown[5]}::timestamptz", f"{fields}::json"
    columns = recorded.split(" SELECT ")[0]
    return f"{written} INSERT INTO changes {columns} SELECT {', '.join(shown)} FROM written"


def pgbench(postgres, text, seconds=SECONDS, connections=16):
    """Transactions a second of a script, as many connections as the program has; conflicts are none of its business."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql", dir=postgres.folder) as file:
        os.chmod(file.name, 0o644)
        file.write(text)
        file.flush()
        done = subprocess.run([f"{postgres.bin}/pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "2",
                               "-T", str(seconds), "-f", file.name, postgres.url(NAME)], capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if not found or "aborted" in done.stderr:
        raise SystemExit(f"pgbench: {done.stderr}\n{text}")
    return float(found.group(1))
