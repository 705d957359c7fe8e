// The feed goes on by itself: it says how many later changes there are, and moves nothing until somebody asks for them.

import assert from 'node:assert/strict';
import { changeAsAdmin, open, signIn, withBrowser, world } from './browser.mjs';
import { WIDE, checkNothingJumps } from './looks.mjs';

/** Changes that come while the feed is open, a second apart: more than two of its rounds take. */
const CHANGES = 12;
const PAUSE_MS = 1000;

const change = (number) => changeAsAdmin('account/70021', { city: `Town ${number}` }, `ticket 48${10 + number}`);
const shown = (page, number) => page.getByText(`ticket 48${10 + number}`);

await withBrowser(async (browser) => {
  const { page, faults } = await open(browser, { viewport: WIDE });
  await signIn(page, world.keys.support);
  await change(0);
  await page.goto('/console/feed');
  await shown(page, 0).waitFor();
  await page.evaluate(() => (window.isTheSamePage = true));

  await change(1);
  await page.getByRole('link', { name: '1 later change', exact: true }).waitFor();
  for (let number = 2; number <= CHANGES; number += 1) {
    await change(number);
    await page.waitForTimeout(PAUSE_MS);
  }
  const later = page.getByRole('link', { name: `${CHANGES} later changes`, exact: true });
  await later.waitFor();
  assert.equal(await shown(page, CHANGES).count(), 0, 'nothing is shown that nobody asked for');
  await checkNothingJumps(page, 'the feed that receives changes');

  await later.click();
  for (const number of [CHANGES, 1, 0]) await shown(page, number).waitFor();
  assert.equal(await page.evaluate(() => window.isTheSamePage), true, 'the page is not loaded again');
  assert.deepEqual(faults, []);
});
