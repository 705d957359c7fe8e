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
# A server of the log that commits in place of the service, and that no lease ends.
SERVER = "00000000-0000-4000-8000-000000000001"
# How the key of the n-th person is written in SQL, and the key of the one whose request is measured.
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
    reads = 0
    for statement, values in found:
        if statement.startswith("SELECT"):
            reads += 1
            text = with_keys(statement, values, key, of_one)
            # The first to be read is whose version an update needs; versions of others must not take its name.
            columns, rest = text.replace("LIMIT '1'", "LIMIT 1").split(" FROM ", 1)
            own, *others = columns.rsplit('."version"', columns.count('."version"') - 1)
            text = '."version" AS other'.join([own, *others]) + " FROM " + rest
            lines.append(text + (" \\gset r_" if reads == 1 else ";"))
        elif statement.startswith("WITH written AS (UPDATE"):
            lines.append(update(statement, values, key, of_one) + ";")
    return "\n".join(lines)


def with_keys(statement, values, key, of_one):
    """The statement with the values of its parameters, and the random person in place of the one."""
    def value(number):
        text = values[number]
        if text == f"'{of_one}'":
            return key
        return f"ARRAY[{key}]" if text == f"'{{{of_one}}}'" else text
    # A root is always text.
    rooted = re.sub(r'("root" = )\$(\d+)', lambda one: f"{one.group(1)}({value(int(one.group(2)))})::text", statement)
    return re.sub(r"\$(\d+)", lambda one: value(int(one.group(1))), rooted)


def update(statement, values, key, of_one):
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
    written = with_keys(written, values, key, of_one)
    return f"{written} {change(recorded, values, key)}"


# The types of the columns of a change that are no text.
TYPES = {"person_id": "uuid", "fields": "json", "ended": "boolean", "salt": "bytea", "digest": "bytea",
         "reason_redacted": "bytea"}


def change(recorded, values, key):
    """The change of an update, made by the server of the benchmark."""
    columns, selected = re.match(r"\((.*?)\) SELECT (.*) FROM written$", recorded).groups()
    # The time is the only expression with something in brackets.
    time_at = re.search(r"\(SELECT .*\)", selected)
    expressions = selected.replace(time_at.group(0), "TIME").split(", ")
    made = {
        "id": "gen_random_uuid()", "key": f"({key})::text", "root": f"({key})::text", "version": ":r_version + 1",
        "at": f"(SELECT clock_timestamp() FROM feed_server WHERE server = '{SERVER}' "
              "AND lease_until > clock_timestamp() AND fenced IS NULL)",
    }

    def shown(name, expression):
        if name in made:
            return made[name]
        # To pgbench a colon before a letter begins a variable, in a text too.
        text = re.sub(r":(?=[A-Za-z])", "' || chr(58) || '", values[int(expression[1:])])
        text = f"({text})" if "||" in text else text
        return f"{text}::{TYPES[name]}" if name in TYPES else text
    names = columns.split(", ")
    return f"INSERT INTO changes ({columns}) SELECT " + ", ".join(map(shown, names, expressions)) + " FROM written"


def begin(postgres):
    """Makes the server that commits for pgbench; the feed stands still until `end`."""
    postgres.sql(NAME, f"INSERT INTO feed_server VALUES ('{SERVER}', now(), 'infinity', NULL)")


def end(postgres):
    """Removes it."""
    postgres.sql(NAME, f"DELETE FROM feed_server WHERE server = '{SERVER}'")


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
