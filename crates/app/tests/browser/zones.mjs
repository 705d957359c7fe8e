// A record as of a day: as it was at the last microsecond of that day in the reader's zone, also where a day has 23 or 25 hours.

import assert from 'node:assert/strict';
import { open, signIn, withBrowser, world } from './browser.mjs';
import { city } from './steps.mjs';

const RECORD = `/console/records/account/${world.login}`;
/** By zone, the version that is shown for a day. The versions were made at the instants MIDNIGHTS of main.rs. */
const DAYS = {
  'Europe/Stockholm': { '2025-03-29': 1, '2025-03-30': 3, '2025-03-31': 4, '2025-10-25': 5, '2025-10-26': 7, '2025-10-27': 8 },
  UTC: { '2025-03-29': 2, '2025-03-30': 4, '2025-10-25': 6, '2025-10-26': 8 },
  'America/New_York': { '2025-03-29': 2, '2025-03-30': 4, '2025-10-25': 6, '2025-10-26': 8 },
  'Asia/Kolkata': { '2025-03-30': 2, '2025-03-31': 4, '2025-10-26': 6, '2025-10-27': 8 },
};

async function checkDays(page, days, zone) {
  for (const [day, version] of Object.entries(days)) {
    await page.goto(`${RECORD}/history`);
    await page.getByLabel('Day', { exact: true }).fill(day);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('See it as it is now').waitFor();
    assert.equal(await city(page), `Town ${version}`, `${day} in ${zone}`);
  }
}

await withBrowser(async (browser) => {
  for (const [timezoneId, days] of Object.entries(DAYS)) {
    const { context, page, faults } = await open(browser, { timezoneId });
    await signIn(page, world.keys.support);
    await checkDays(page, days, timezoneId);
    assert.deepEqual(faults, []);
    await context.close();
  }
  // Without JavaScript nobody knows the zone.
  const { page } = await open(browser, { timezoneId: 'Europe/Stockholm', javaScriptEnabled: false });
  await signIn(page, world.keys.support);
  await checkDays(page, DAYS.UTC, 'no zone');
});
