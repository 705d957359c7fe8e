"""The figures as tables in docs/benchmarks.md, between the marks of each part."""

import datetime
import os
import re
import statistics

from load import SECONDS
from machine import described
from turns import ROUNDS

PAGE = os.path.join(os.path.dirname(__file__), "..", "docs", "benchmarks.md")


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def stores(found):
    rows, notes = [], ""
    for store, served in found["stores"].items():
        for (contract, operation), one in served["operations"].items():
            rows.append([f"{store}, {contract}, {operation}", f"{one['rate']:,.0f}", f"{one['p50']:.2f}", f"{one['p99']:.2f}",
                         f"{one['cpu']:.0f}"])
        notes += f"\n\nOn {store}: ready after {served['ready']:.0f} ms; {served['memory']:.0f} MiB resident after all of it."
    return table(["store, contract, operation", "a second", "p50 ms", "p99 ms", "processor µs each"], rows) + notes


def grouped(found):
    rows = [[f"{flush} ms more" if flush else "as it is", f"{together:,}", f"{alone:,}", f"{together / alone:.1f}"]
            for flush, (together, alone) in found["grouped"].items()]
    return table(["a flush takes", "in groups", "each in its own transaction", "times as many"], rows)


def limits(found):
    rows = []
    for name, limit in found["limits"].items():
        # A read is bound by its statements and one bare answer, one after the other; an update by its statements.
        answer = 1 / limit["answers"] if name[1] == "read" else 0
        pairs = [(ours, 1 / (1 / bare + answer)) for ours, bare in limit["rounds"]]
        ours, bare, bound, ratio = (statistics.median(figures) for figures in (
            [ours for ours, _ in pairs], [bare for _, bare in limit["rounds"]], [bound for _, bound in pairs],
            [ours / bound for ours, bound in pairs]))
        rows.append([", ".join(name), limit["statements"], f"{bare:,.0f}", f"{limit['answers']:,.0f}", f"{bound:,.0f}",
                     f"{ours:,.0f}", f"{ratio:.2f}"])
    return table(["contract, operation", "statements", "by pgbench", "bare answers", "bound", "profile", "ratio"], rows)


def peers(found):
    rows = [[f"{name}, {operation}", f"{theirs['rate']:,.0f}", f"{theirs['p99']:.0f}", f"{theirs['cpu']:,.0f}", f"{ratio:.0f}"]
            for (name, operation), (theirs, ratio) in found["peers"].items()]
    return table(["peer, operation", "a second", "p99 ms", "processor µs each", "profile, times as many"], rows)


def attacks(found):
    results, memory = found["attack"]
    rows = []
    for kind, loads in results.items():
        row, head = [kind], ["attack"]
        for load, (calm, beside) in loads.items():
            row += [f"{calm['p99']:.2f}", f"{beside['p99']:.2f}", f"{beside['p99'] / calm['p99']:.2f}"]
            head += [f"{load}, calm, p99 ms", f"{load}, beside it", f"{load}, ratio"]
        rows.append([*row, sum(calm["bad"] + beside["bad"] for calm, beside in loads.values())])
    return table([*head, "bad answers"], rows) + f"\n\n{memory:.0f} MiB resident after all of it."


def waiters(found):
    rows = [[store, f"{waiting:,}", f"{calm['p99']:.2f}", f"{beside['p99']:.2f}", f"{beside['p99'] / calm['p99']:.2f}",
             f"{memory:.0f}", f"{file:.0f}", calm["bad"] + beside["bad"]]
            for store, (calm, beside, waiting, memory, file) in found["waiters"].items()]
    return table(["store", "open waits", "calm, p99 ms", "beside them", "ratio", "resident MiB", "of it the program's file, MiB", "bad answers"], rows)


def replace(name, body):
    """Puts a part into the page."""
    body = f"<!-- {name} -->\n{body}\n<!-- end -->"
    print(body)
    with open(PAGE) as page:
        text = page.read()
    with open(PAGE, "w") as page:
        page.write(re.sub(rf"<!-- {name} -->.*?<!-- end -->", lambda _: body, text, flags=re.DOTALL))


def write(found):
    stamp = f"{datetime.date.today()}, {described()}, {SECONDS} s each"
    parts = {"stores": stores, "limits": limits, "grouped": grouped, "peers": peers, "attack": attacks,
             "waiters": waiters}
    for name, part in parts.items():
        if name in found:
            rounds = f", {ROUNDS} rounds in turns" if name in ("limits", "peers") else ""
            replace(name, f"{stamp}{rounds}.\n\n{part(found)}")
