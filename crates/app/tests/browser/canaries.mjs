// 200 sensitive values that no page shows which support opens.

import assert from 'node:assert/strict';
import { fetchAll, open, patchAs, personOf, putAsAdmin, signIn, withBrowser, world } from './browser.mjs';

/** Clients with a sensitive value each, in two versions. */
const CLIENTS = 100;
const AT_ONCE = 8;
const PROFILE = {
  first_name: 'Mirela',
  last_name: "O'Neill",
  date_of_birth: '1991-12-03',
  birth_country: 'ro',
  account_opening_reason: 'hedging',
  employment_status: 'employed',
  residence_country: 'ie',
  citizen_country: 'ro',
  tax_residence_country: 'ie',
  gender: 'female',
};

const number = (index, version) => `IE-9${version}${String(index).padStart(5, '0')}`;

/** Plants the values; returns the paths of the records. */
async function plant() {
  const paths = [];
  const one = async (index) => {
    const key = `6c2f6a3e-8f0d-4c56-9f6e-${String(index).padStart(12, '0')}`;
    // A name has no digits.
    const name = [...String(index)].map((digit) => 'abcdefghij'[digit]).join('');
    const profile = { ...PROFILE, tax_identification_number: number(index, 1), first_name: `Canary ${name}` };
    await putAsAdmin(`client/${key}`, { profile }, 'ticket 4715');
    await patchAs('privacy', `client/${key}`, { profile: { tax_identification_number: number(index, 2) } }, 'ticket 4716');
    paths.push(`/console/records/client/${key}`);
  };
  for (let index = 0; index < CLIENTS; index += AT_ONCE) {
    await Promise.all([...Array(Math.min(AT_ONCE, CLIENTS - index)).keys()].map((place) => one(index + place)));
  }
  return paths;
}

await withBrowser(async (browser) => {
  const records = await plant();
  const { page } = await open(browser);
  await signIn(page, world.keys.support);
  const values = [1, 2].flatMap((version) => [...Array(CLIENTS).keys()].map((index) => number(index, version)));
  assert.equal(values.length, 2 * CLIENTS);
  const ways = ['', '/edit', '/history', '?version=1', '/compare?from=1&to=2', '/revert?to=1'];
  const persons = await Promise.all(records.slice(0, AT_ONCE).map((record) => personOf(record.replace('/console/records/', ''))));
  const paths = [
    ...records.flatMap((record) => ways.map((way) => record + way)),
    ...persons.map((person) => `/console/persons/${person}`),
    ...['/console/feed', '/console/feed?kind=client&since=15', '/console?q=canary', '/console/system'],
    ...values.slice(0, AT_ONCE).map((value) => `/console/feed?q=${value}`),
  ];
  let opened = 0;
  for (const [path, answered, text] of await fetchAll(page, paths)) {
    opened += answered === 200;
    const seen = values.filter((value) => text.includes(value));
    assert.deepEqual(seen, [], `support sees sensitive values at ${path}`);
  }
  assert.ok(opened >= paths.length - AT_ONCE, `${opened} of ${paths.length} pages were opened`);
});
