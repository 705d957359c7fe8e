// Types generated from the API documents, through one read and one update of each contract.

import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { paths as Account } from './account.js';
import type { paths as Client } from './client.js';
import type { paths as Tenant } from './tenant.js';
import type { paths as Users } from './users.js';

const baseUrl = process.env['PROFILE_URL'];
const tokens: Record<string, string> = JSON.parse(process.env['TOKENS'] ?? '{}');
const options = (contract: string) => ({ baseUrl, headers: { Authorization: `Bearer ${tokens[contract]}` } });

const account = createClient<Account>(options('account'));
const { data: own } = await account.GET('/account/me');
const { data: moved } = await account.PUT('/account/me', { body: { city: 'Malmö' } });
assert.equal(moved?.login, own?.login);
assert.equal(moved?.city, 'Malmö');

const users = createClient<Users>(options('users'));
const newest = { path: { id: 'me' }, header: { 'Api-Version-Date': '2026-10-15-1' } };
const { data: user } = await users.GET('/users/{id}', { params: newest });
assert(user && 'social_links' in user);
assert.equal(user.total_usd, '41.90');
const { data: told } = await users.PATCH('/users/{id}', { params: newest, body: { bio: 'Rivers too.' } });
assert.equal(told?.bio, 'Rivers too.');

const client = createClient<Client>(options('client'));
const { data: profile } = await client.GET('/client/profile');
assert(profile?.data[0]?.first_name);
const address = { address_line_1: '2 Mill Lane', state_province: 'Munster', city: 'Cork', zip_postal_code: 'T12 X4Y7' };
const { data: stored } = await client.PUT('/client/address', { body: address });
assert.equal(stored?.data[0]?.city, 'Cork');

const tenant = createClient<Tenant>(options('tenant'));
const version = { path: { version: 'v1' as const } };
const { data: member } = await tenant.GET('/api/sys/{version}/account/get_profile', { params: version });
assert(member?.data);
const { data: named } = await tenant.PUT('/api/sys/{version}/account/update_profile', {
  params: version,
  body: { given_name: 'Mira Maria' },
});
assert.equal(named?.data.given_name, 'Mira Maria');
