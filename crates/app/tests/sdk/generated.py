"""Clients generated from the API documents, through one read and one update of each contract."""

import json
import os
import sys

sys.path.insert(0, os.environ["GENERATED"])

from generated_account import AuthenticatedClient as Account
from generated_account.api.account import get_account, update_account_profile
from generated_account.models import UpdateAccountProfileBody, UpdatedProfile
from generated_client import AuthenticatedClient as Client
from generated_client.api.client import get_client_profile, update_address
from generated_client.models import ClientAddressAnswer, ClientProfileAnswer, UpdateAddressBody
from generated_tenant import AuthenticatedClient as Tenant
from generated_tenant.api.tenant import get_member_profile, update_member_profile
from generated_tenant.models import TenantMemberAnswer, UpdateMemberProfileBody
from generated_users import AuthenticatedClient as Users
from generated_users.api.users import get_user, update_user
from generated_users.models import UpdateUserBody

URL = os.environ["PROFILE_URL"]
TOKENS = json.loads(os.environ["TOKENS"])


def client(kind, contract):
    return kind(base_url=URL, token=TOKENS[contract], raise_on_unexpected_status=True)


account = client(Account, "account")
login = get_account.sync(client=account).login
updated = update_account_profile.sync(client=account, body=UpdateAccountProfileBody(city="Malmö"))
assert isinstance(updated, UpdatedProfile) and (updated.login, updated.city) == (login, "Malmö"), updated

users = client(Users, "users")
# Each dated version has a type of its own.
for date, kind in [("2025-01-01", "User20250101"), ("2026-07-08", "User20260708"), ("2026-10-15-1", "User202610131")]:
    user = get_user.sync("me", client=users, api_version_date=date)
    assert type(user).__name__ == kind, (date, user)
assert user.verification is not None and user.total_usd == "41.90", user
user = update_user.sync("me", client=users, body=UpdateUserBody(bio="Rivers too."), api_version_date="2026-10-15-1")
assert user.bio == "Rivers too.", user

broker = client(Client, "client")
profile = get_client_profile.sync(client=broker)
assert isinstance(profile, ClientProfileAnswer) and profile.data[0].first_name, profile
address = UpdateAddressBody("2 Mill Lane", "Munster", "Cork", "T12 X4Y7")
address = update_address.sync(client=broker, body=address)
assert isinstance(address, ClientAddressAnswer) and address.data[0].city == "Cork", address

workspace = client(Tenant, "tenant")
member = get_member_profile.sync("v1", client=workspace)
assert isinstance(member, TenantMemberAnswer), member
member = update_member_profile.sync("v1", client=workspace, body=UpdateMemberProfileBody(given_name="Mira Maria"))
assert member.data.given_name == "Mira Maria", member
