"""How long a search of people takes among a million of them, on each store, through the operator API and on the console's pages;
writes docs/benchmarks.md: search.py [PEOPLE]"""

import datetime
import random
import sys
import time
from urllib.parse import quote

import console
import report
from load import SECONDS, measured
from machine import described, line, memory_gib, programs

FIRST = 1_000_000
# As many requests at the same time as PostgreSQL searches; more would wait for each other.
CALLERS = 4
REQUESTS = 2_000
GIVEN = ["Anna", "Zoë", "Nora", "Mirela", "Søren", "Łukasz", "José", "Иван", "Ольга", "Ελένη", "小龍", "Ngọc", "Áine", "Björn",
         "Fatma", "Giulia", "Hannah", "Jan", "Karolína", "Lena", "Marc", "Oluwaseun", "Pia", "Ruth", "Tariq", "Yuki"]
SYLLABLES = ["an", "ber", "dal", "der", "ek", "fors", "gren", "hol", "ik", "ka", "lind", "lo", "man", "mar", "nov", "ost", "pet",
             "qvist", "ro", "sen", "sk", "son", "strand", "tor", "ul", "va", "wal", "ya", "zel"]
BOUNDS = {"identifier": 20, "part of a name": 200, "console": 50}
# What is searched for on the page Find, as it is called there.
FIND = {"e-mail": "identifier, e-mail", "key": "identifier, key", "part of a name": "part of a name, of some"}


def family(dice):
    return "".join(dice.choice(SYLLABLES) for _ in range(dice.randint(2, 4))).capitalize()


def people(count):
    dice = random.Random(1)
    for n in range(count):
        name = f"{dice.choice(GIVEN)} {family(dice)}"
        yield {"kind": "account", "login": FIRST + n, "name": name, "email": f"{dice.getrandbits(40):x}@example.test",
               "phone": f"+46 70 {dice.randint(0, 9_999_999):07}", "country": "SE"}


def searches(known):
    """What is asked for, by what it finds."""
    dice = random.Random(2)
    some = [dice.choice(known) for _ in range(REQUESTS)]
    families = [one["name"].split()[1] for one in some]
    return {
        "identifier, e-mail": [one["email"].upper() for one in some],
        "identifier, key": [str(one["login"]) for one in some],
        "identifier, phone": ["0" + one["phone"].removeprefix("+46 ") for one in some],
        "part of a name, of many": [dice.choice(["an", "son", "lind", "mar", "ol", "иван"]) for _ in some],
        "part of a name, of some": [name[:6] for name in families],
        "part of a name, of few": [name[1:] for name in families],
        "part of a name, two words": [f"{name[-5:]} {one['name'][:3]}" for name, one in zip(families, some)],
        "part of a name, of nobody": [f"{name[:4]}xq" for name in families],
    }


def found(profile, known, pids):
    key = profile.run("operator", "key", "create", "--name", "bench", "--role", "support")
    texts = searches(known)
    requests = {name: [f"GET\t/operator/v1/persons?q={quote(text)}\tBearer {key}\t" for text in some]
                for name, some in texts.items()}
    logins = [one["login"] for one in known]
    pages = console.pages(profile, key, logins, {name: texts[of] for name, of in FIND.items()})
    requests |= {f"console, {name}": lines for name, lines in pages.items()}
    return {name: measured(profile.url, lines, pids, clients=CALLERS) for name, lines in requests.items()}


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    known, rows, notes = [], [], ""
    # A quarter of the memory, as PostgreSQL's documentation has it for a server of its own.
    with programs(f"shared_buffers={max(memory_gib() // 4, 1)}GB") as (postgres, program):
        stores = {"SQLite": program(), "PostgreSQL": program(postgres.create("profile"))}
        for store, profile in stores.items():
            path = f"{profile.folder}/people.ndjson"
            known = []
            with open(path, "w") as file:
                for one in people(count):
                    file.write(line(one) + "\n")
                    if one["login"] % max(count // 20_000, 1) == 0:
                        known.append(one)
            profile.run("import", path)
            begun = time.monotonic()
            profile.run("search", "rebuild")
            seconds = time.monotonic() - begun
            if store == "PostgreSQL":
                postgres.sql("profile", "VACUUM ANALYZE")
            profile.start()
            for name, one in found(profile, known, lambda: [profile.process.pid, *postgres.pids()]).items():
                bound = BOUNDS[name.split(",")[0]]
                rows.append([f"{store}, {name}", f"{one['rate']:,.0f}", f"{one['p50']:.2f}", f"{one['p99']:.2f}", bound])
            profile.stop()
            notes += f"\n\nOn {store}, `profile search rebuild` took {seconds:.0f} s: {count / seconds:,.0f} records a second."
    table = report.table(["store, search", "a second", "p50 ms", "p99 ms", "at most"], rows)
    report.replace("search", f"{datetime.date.today()}, {described()}, {count:,} people, {CALLERS} callers, {SECONDS} s each."
                             f"\n\n{table}{notes}")


if __name__ == "__main__":
    main()
