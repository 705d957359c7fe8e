"""The published Python client, through what its users do (contract users, section 11)."""

import base64
import os
import time
import urllib.request

from whop_sdk import Whop
from whop_sdk.core.api_error import ApiError
from whop_sdk.core.parse_error import ParsingError
from whop_sdk.environment import WhopEnvironment
from whop_sdk.errors import BadRequestError, NotFoundError, UnauthorizedError

URL, ACCOUNT = os.environ["PROFILE_URL"], os.environ["ACCOUNT"]
SERVED = URL.removesuffix("/api/v1")
PUBLIC = "http://profile.test"


def client(token, **options):
    return Whop(environment=WhopEnvironment(api=URL, vault=URL), token=token, max_retries=0, **options)


def refused(kind, status, code, call):
    try:
        call()
    except kind as error:
        assert error.status_code == status, error
        assert isinstance(error.body, dict), error.body
        assert error.body["error"].get("code") == code, error.body
    else:
        raise AssertionError(f"{kind.__name__} {status} was expected")


# One pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNQcEgAAAFEAMELjZZCAAAAAElFTkSuQmCC"
)

key = client(os.environ["ACCOUNT_KEY"])
me = client(os.environ["USER_TOKEN"])

# Section 11, as it stands.
u = me.users.me(include_balance=False)
key.users.update(u.id, account_id=ACCOUNT, name="Nora from Support")
assert key.users.retrieve(u.username, account_id=ACCOUNT).name == "Nora from Support"
key.users.update(u.id, account_id=ACCOUNT, name=None)
assert key.users.retrieve(u.id, account_id=ACCOUNT).name == "Nora Vale"
refused(ApiError, 400, "username_reserved", lambda: me.users.update_me(username="me"))

# Three addresses of one user, and an update.
assert u.id == os.environ["USER_ID"] and u.username == os.environ["USERNAME"]
for name in [u.id, u.username, u.username.upper()]:
    assert key.users.retrieve(name).id == u.id
assert me.users.me().total_usd == "41.90"
assert me.users.update(u.id, bio="Rivers too.").bio == "Rivers too."
assert me.users.update_me(bio=None).bio is None
assert key.users.check_access(u.id, ACCOUNT).has_access

# Typed errors.
refused(NotFoundError, 404, None, lambda: key.users.retrieve("nobody-at-all"))
refused(NotFoundError, 404, None, lambda: key.users.me())
refused(BadRequestError, 400, "user_token_required", lambda: key.users.update_me(name="x"))
refused(UnauthorizedError, 401, None, lambda: list(client("nobody").users.list()))
refused(ApiError, 400, "parameter_missing", lambda: key.users.update(u.id, name="x"))

# A list to its end.
walkers = [user.username for user in key.users.list(query="walker-", first=20)]
assert len(walkers) == len(set(walkers)) == int(os.environ["WALKERS"]), len(walkers)

# A file: announced, sent, looked at, attached. The server's public name is not this machine's.
file = me.files.create(filename="nora.png")
sent = urllib.request.Request(
    file.upload_url.replace(PUBLIC, SERVED), data=PNG, headers=file.upload_headers, method="PUT"
)
assert urllib.request.urlopen(sent).status == 200
for _ in range(100):
    ready = me.files.retrieve(file.id)
    if ready.upload_status == "ready":
        break
    time.sleep(0.05)
assert ready.upload_status == "ready" and ready.size == len(PNG), ready
shown = me.users.update_me(profile_picture={"id": file.id}).profile_picture.url
picture = urllib.request.urlopen(shown.replace(PUBLIC, SERVED)).read()
assert picture.startswith(b"\xff\xd8\xff")
assert me.users.update_me(profile_picture=None).profile_picture.url != shown

# An older date lacks what this client wants: its limit, and a 200 all the same.
try:
    client(os.environ["USER_TOKEN"], api_version_date="2026-06-09").users.me()
except ParsingError as error:
    assert error.status_code == 200, error
else:
    raise AssertionError("social_links are not part of 2026-06-09")
