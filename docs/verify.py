#!/usr/bin/env python3
"""Verifies the log of a profile service from outside, by docs/operator-api.md, section 12, alone.

    verify.py --url https://profile.example --key pok_...        all from the service, the changes from its feed
    verify.py --changes log.ndjson --checkpoints kept.json --jwks jwks.json        from files, without the service

Files hold answers of the service, or single items, one a line. The log must be whole, from its first change on; other roles than
support and those above it see no values to check. Checkpoints that were kept elsewhere prove more than those that the service shows
today. Exit code 1, with the first difference.
"""
import argparse, base64, hashlib, json, struct, sys, urllib.request

try:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils
except ImportError:
    ec = None

H = lambda b: hashlib.sha256(b).digest()
b64 = lambda t: base64.urlsafe_b64decode(t + "=" * (-len(t) % 4))


def item(t):
    return b"\xff" * 4 if t is None else struct.pack(">I", len(t.encode())) + t.encode()


def commitment(salt, n, text):
    return H(bytes.fromhex(salt) + struct.pack(">I", n) + text.encode()).hex()


def digest(before, c):
    k, x = c["cause"], c["chain"]
    head = ["profile-change-1", before, c["id"], c["kind"], c["key"], x["root"], c["person"], str(c["version"]), c["at"],
            k["actor"], k["door"], k["request_id"], x["reason"], "true" if c["ended"] else "false"]
    return H(b"".join(map(item, head + [t for f in x["fields"] for t in (f["field"], f["old"], f["new"])]))).hex()


def check(condition, what):
    if not condition:
        sys.exit(f"verify.py: {what}")


def values(c, name):
    """Compares what a change shows with its commitments."""
    x, reason = c["chain"], c["cause"]["reason"]
    check([f["field"] for f in x["fields"]] == [f["field"] for f in c["fields"]], f"{name}: its fields are others")
    if x["salt"] is None:
        return
    check(reason is None or commitment(x["salt"], 0, reason) == x["reason"], f"{name}: the reason was altered")
    for i, (f, shown) in enumerate(zip(x["fields"], c["fields"])):
        for n, side in ((2 * i + 1, "old"), (2 * i + 2, "new")):
            text, where = f[side + "_text"], f"{name}: the {side} value of {f['field']}"
            check(text is None or commitment(x["salt"], n, text) == f[side], f"{where} was altered")
            if text is not None and side in shown and f["field"] not in c["withheld"]:
                check(json.loads(text) == shown[side], f"{where} is not what was hashed")


def signed(p, keys):
    """Verifies the signature of a checkpoint; without the package, only what it says."""
    name = f"checkpoint {p['position']}"
    header, payload, signature = p["jws"].split(".")
    four = {m: p[m] for m in ("position", "count", "digest", "at")}
    check(b64(payload) == json.dumps(four, separators=(",", ":")).encode(), f"{name}: another one was signed")
    h = json.loads(b64(header))
    check((h["alg"], h["typ"]) == ("ES256", "profile-checkpoint"), f"{name}: its signature is none of a checkpoint")
    check(h["kid"] in keys, f"{name}: the key {h['kid']} is unknown")
    if ec is not None:
        x, y = (int.from_bytes(b64(keys[h["kid"]][m]), "big") for m in "xy")
        r, s = (int.from_bytes(half, "big") for half in (b64(signature)[:32], b64(signature)[32:]))
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        try:
            key.verify(utils.encode_dss_signature(r, s), f"{header}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
        except Exception:
            check(False, f"{name}: its signature is wrong")


def verify(changes, checkpoints, keys):
    """Returns how many changes and checkpoints there are, if nothing differs."""
    heads, last, n, r = {}, "", 0, bytes(32)
    kept = iter(sorted(checkpoints, key=lambda p: p["position"]))
    p, compared = next(kept, None), 0
    for c in changes:
        n, record = n + 1, (c["kind"], c["key"])
        name = f"change {n}, {c['id']}, version {c['version']} of {c['kind']} {c['key']}"
        version, before = heads.get(record, (0, "0" * 64))
        check(c["id"] > last, f"{name}: it is not behind the one before it")
        check(p is None or c["id"] <= p["position"], p and f"checkpoint {p['position']}: the log has no such change")
        check(c["version"] == version + 1, f"{name}: version {version + 1} is missing before it")
        values(c, name)
        check(digest(before, c) == c["digest"], f"{name}: its digest is wrong: it was altered, or does not follow version {version}")
        heads[record], last, r = (c["version"], c["digest"]), c["id"], H(r + bytes.fromhex(c["digest"]))
        while p and p["position"] == last:
            signed(p, keys)
            check((p["count"], p["digest"]) == (n, r.hex()), f"checkpoint {last}: the changes up to it were others")
            p, compared = next(kept, None), compared + 1
    check(p is None, p and f"checkpoint {p['position']}: the log ends before it, after {n} changes")
    return n, compared


def from_file(path, name):
    """Items of a file: of answers with a list called `name`, or the items themselves."""
    with open(path, encoding="utf-8") as lines:
        for value in map(json.loads, filter(str.strip, lines)):
            yield from value.get(name, [value])


def from_service(a, path, name):
    """Items of a list of the service, page by page."""
    after = "00000000-0000-0000-0000-000000000000"
    while True:
        page = get(a, f"/operator/v1/{path}limit=200&after={after}")
        yield from page[name]
        if not page[name]:
            return
        after = page["next"]


def get(a, path):
    request = urllib.request.Request(a.url.rstrip("/") + path, headers={"Authorization": f"Bearer {a.key}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("url", "key", "changes", "checkpoints", "jwks"):
        a.add_argument("--" + name)
    a = a.parse_args()
    check(a.url or (a.changes and a.checkpoints and a.jwks), "give --url, or all of --changes, --checkpoints and --jwks")
    items = lambda file, path, name: from_file(file, name) if file else from_service(a, path, name)
    # Read before the changes, so that the log is not shorter.
    checkpoints = list(items(a.checkpoints, "checkpoints?", "checkpoints"))
    jwks = json.load(open(a.jwks, encoding="utf-8")) if a.jwks else get(a, "/operator/jwks.json")
    changes = items(a.changes, "changes?include=chain&values=true&", "changes")
    n, compared = verify(changes, checkpoints, {key["kid"]: key for key in jwks["keys"]})
    print(f"{n} changes and {compared} checkpoints are as they were written")
    if ec is None:
        print("the signatures were not checked: the package cryptography is not there")


if __name__ == "__main__":
    main()
