"""People to ask for, and what is asked for them."""

import base64
import hashlib
import hmac
import json
import time

from machine import SECRET, line

PEOPLE = 2000
# Their tokens are made by the program, one after the other.
USERS = 200


# Of "correct horse".
HASH = "$argon2id$v=19$m=19456,t=2,p=1$31Z2viweQmH6ZULm7UEjSw$WgCaYsfQobcIqLO6r4OqY+JaQNOhx38ihtpYk8Sv3ic"


def login(n):
    return 100_000 + n


def user(n):
    return f"user_B{n:013}"


def sub(n):
    return f"5b2f6a3e-8f0d-4c56-9f6e-{n:012x}"


def member(n):
    return 10_000 + n


def rows():
    profile = {"first_name": "Mirela", "last_name": "O'Neill", "date_of_birth": "1991-12-03", "birth_country": "ro",
               "account_opening_reason": "hedging", "employment_status": "employed", "residence_country": "ie",
               "citizen_country": "ro", "tax_residence_country": "ie", "tax_identification_number": "IE-7731905",
               "gender": "female"}
    address = {"address_line_1": "14 Quay Row", "state_province": "Munster", "city": "Cork", "zip_postal_code": "T12"}
    yield {"kind": "language", "id": 1, "name": "English", "code": "en"}
    yield {"kind": "tenant", "id": 7, "slug": "acme", "name": "Acme"}
    for n in range(PEOPLE):
        yield {"kind": "account", "login": login(n), "name": "Zoë Lindqvist", "phone": "+46400000000", "city": "Lund",
               "country": "SE", "zipcode": "21119", "user_color": "#ffffff", "email": "zoe@example.test",
               "group": "PRO-2", "currency": "EUR", "leverage": 50, "regdate": 1750000000, "balance": 910.25}
        yield {"kind": "user", "id": user(n), "username": f"nora-{n}", "name": "Nora Vale", "bio": "Maps.",
               "email": "nora@example.test", "created_at": "2026-02-11T09:30:00.125Z"}
        yield {"kind": "client", "sub": sub(n), "profile": profile, "address": address}
        yield {"kind": "member", "id": member(n), "email": f"m{n}@example.test", "given_name": "Mira",
               "family_name": "Solberg", "language_id": 1, "password_hash": HASH, "created": "2025-11-03T08:15:00Z",
               "tenants": [{"id": n, "tenant_id": 7, "role": 3, "status": 1}]}


def signed(claims):
    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")
    head = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
    return (head + b"." + part(hmac.digest(SECRET.encode(), head, hashlib.sha256))).decode()


def end():
    return int(time.time()) + 86_400


def account_token(n):
    return signed({"type": 0, "login": n, "exp": end()})


def operations(users_tokens):
    """Contract and operation: requests, a line each; `{n}` counts."""
    clients = [signed({"sub": sub(n), "aud": "authenticated", "role": "authenticated", "exp": end()})
               for n in range(PEOPLE)]
    members = ["Bearer " + signed({"sub": str(member(n)), "exp": end()}) for n in range(PEOPLE)]
    accounts = [account_token(login(n)) for n in range(PEOPLE)]
    users = ["Bearer " + token for token in users_tokens]
    address = line({"address_line_1": "14 Quay Row", "state_province": "Munster", "city": "{n}", "zip_postal_code": "T12"})

    def each(method, path, tokens, body=""):
        return [f"{method}\t{path}\t{token}\t{body}" for token in tokens]
    return {
        ("account", "read"): each("GET", "/account/me", accounts),
        ("account", "update"): each("PUT", "/account/me", accounts, '{"city":"{n}"}'),
        ("users", "read"): each("GET", "/users/me", users),
        ("users", "update"): each("PATCH", "/users/me", users, '{"bio":"{n}"}'),
        ("client", "read"): each("GET", "/client/profile", clients),
        ("client", "update"): each("PUT", "/client/address", clients, address),
        ("tenant", "read"): each("GET", "/api/sys/v1/account/get_profile", members),
        ("tenant", "update"): each("PUT", "/api/sys/v1/account/update_profile", members, '{"given_name":"{n}"}'),
    }


def mixture(operations):
    """Requests of all contracts, ten of each in turn, one of them an update."""
    contracts = enumerate(sorted({contract for contract, _ in operations}))
    kinds = [(contract, "update" if turn == number else "read") for number, contract in contracts for turn in range(10)]
    return [operations[kind][n % len(operations[kind])] for n in range(USERS) for kind in kinds]


def fill(profile):
    """Imports the people; answers the tokens of users."""
    path = f"{profile.folder}/people.ndjson"
    with open(path, "w") as file:
        file.writelines(line(row) + "\n" for row in rows())
    profile.run("import", path)
    return [profile.run("token", "user", "--user", user(n), "--ttl", "24h") for n in range(USERS)]
