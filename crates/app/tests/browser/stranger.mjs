// Somebody who has read the README and started the demo: the printed link, a person found, a city corrected, and seen by its holder.

import assert from 'node:assert/strict';
import { open, signInByLink, withBrowser, world } from './browser.mjs';
import { ACCOUNT } from './places.mjs';
import { city, difference, edit, find, openRecord, preview, save } from './steps.mjs';

/** Asks as the printed request does, for the profile as its holder sees it. */
async function cityOfHolder() {
  const answer = await fetch(`${world.url}/account/me`, { headers: { authorization: world.token } });
  assert.equal(answer.status, 200);
  return (await answer.json()).city;
}

await withBrowser(async (browser) => {
  const { page, faults } = await open(browser);
  assert.equal(await cityOfHolder(), 'Lund');
  await signInByLink(page);
  await find(page, 'zoe@example.test');
  await openRecord(page, ACCOUNT);
  await edit(page, 'Lomma');
  await preview(page);
  await page.getByText('Nothing is written yet.').waitFor();
  assert.deepEqual(await difference(page, 'city'), ['Lund', 'Lomma']);
  await save(page, 'ticket 4726');
  assert.equal(await city(page), 'Lomma');
  assert.equal(await cityOfHolder(), 'Lomma');
  assert.deepEqual(faults, []);
});
