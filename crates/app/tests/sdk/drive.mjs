// The published JavaScript client, through what its users do (contract users, section 11).

import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import Whop from '@whop/sdk';

const { PROFILE_URL, USER_TOKEN, ACCOUNT_KEY, ACCOUNT, USER_ID, USERNAME, WALKERS } = process.env;
const PUBLIC = 'http://profile.test';
// The server's public name is not this machine's.
const fetchHere = (url, options) => fetch(String(url).replace(PUBLIC, PROFILE_URL.replace('/api/v1', '')), options);
const client = (apiKey, options) => new Whop({ apiKey, baseURL: PROFILE_URL, maxRetries: 0, fetch: fetchHere, ...options });

/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNQcEgAAAFEAMELjZZCAAAAAElFTkSuQmCC',
  'base64',
);

async function refused(kind, status, code, call) {
  await assert.rejects(call, (error) => {
    assert.equal(error.constructor, kind);
    assert.equal(error.status, status);
    assert.equal(error.error.error.code, code);
    return true;
  });
}

// Once at the date of section 11, once at the client's own.
for (const options of [{ version: '2026-06-09' }, {}]) {
  const whop = client(USER_TOKEN, options);
  const key = client(ACCOUNT_KEY, options);

  const u = await whop.users.retrieve('me');
  assert.equal(u.id, USER_ID);
  assert.equal((await whop.users.update(u.id, { bio: 'Rivers too.' })).bio, 'Rivers too.');
  const f = await whop.files.upload(new File([PNG], 'nora.png', { type: 'image/png' }));
  const shown = (await whop.users.updateMe({ profile_picture: { id: f.id } })).profile_picture.url;
  assert.equal((await fetchHere(shown)).headers.get('content-type'), 'image/jpeg');
  let found = 0;
  for await (const x of whop.users.list({ query: 'nora-', first: 50 })) {
    found += x.username.toLowerCase().startsWith('nora-') ? 1 : 0;
  }
  assert.ok(found > 100, `${found} were found`);

  for (const name of [USER_ID, USERNAME, USERNAME.toUpperCase()]) {
    assert.equal((await key.users.retrieve(name)).id, USER_ID);
  }
  await key.users.update(u.id, { account_id: ACCOUNT, name: 'Nora from Support' });
  assert.equal((await key.users.retrieve(u.id, { account_id: ACCOUNT })).name, 'Nora from Support');
  await key.users.update(u.id, { account_id: ACCOUNT, name: null });
  assert.equal((await key.users.retrieve(u.id, { account_id: ACCOUNT })).name, 'Nora Vale');
  assert.equal((await key.users.checkAccess(ACCOUNT, { id: u.id })).has_access, true);

  const walkers = new Set();
  for await (const x of key.users.list({ query: 'walker-', first: 20 })) walkers.add(x.username);
  assert.equal(walkers.size, Number(WALKERS));

  await refused(Whop.BadRequestError, 400, 'username_reserved', () => whop.users.updateMe({ username: 'me' }));
  await refused(Whop.AuthenticationError, 401, undefined, () => client('nobody', options).users.retrieve('me'));
  await refused(Whop.NotFoundError, 404, undefined, () => key.users.retrieve('nobody-at-all'));
  const reading = client('key-of-own-without-permission', options);
  const forbidden = () => reading.users.update(u.id, { account_id: ACCOUNT, name: 'x' });
  await refused(Whop.PermissionDeniedError, 403, undefined, forbidden);
}
