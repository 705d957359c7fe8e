// Imports that run are stopped, from their report and from elsewhere, and the pages say so.

import assert from 'node:assert/strict';
import { open, signIn, withBrowser, world } from './browser.mjs';

/** So many that an import of them is still running when somebody has found the button. */
const ROWS = 200_000;
const FIRST = 600_000_000;
const UPLOAD_MS = 120_000;

const rows = Array.from({ length: ROWS }, (_, row) => `{"kind":"account","login":${FIRST + row},"city":"Lund"}`);
const file = { name: 'rows.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(rows.join('\n')) };

/** Begins an import, and waits until its report says that rows were worked on. */
async function begin(page) {
  await page.goto('/console/imports');
  await page.getByLabel(/^Dry run/).uncheck();
  await page.getByLabel('Reason').fill('ticket 4725');
  await page.getByLabel('File').setInputFiles(file);
  await page.getByRole('button', { name: 'Import', exact: true }).click({ timeout: UPLOAD_MS });
  const progress = page.locator('.progress', { hasText: /[1-9]\d* rows worked on/ });
  await progress.first().waitFor({ state: 'attached', timeout: UPLOAD_MS });
}

/** Checks that the page says how far the import had come. */
async function checkStopped(page) {
  const stopped = page.getByText(/^The import is stopped/);
  await stopped.waitFor();
  assert.match(await stopped.innerText(), /: imported \d+, unchanged \d+, failed 0\. What is imported stays\.$/);
}

await withBrowser(async (browser) => {
  const { page, context, faults } = await open(browser);
  await signIn(page, world.keys.admin);

  await begin(page);
  const elsewhere = await context.newPage();
  await elsewhere.goto('/console/imports');
  await elsewhere.getByRole('button', { name: 'Stop the import of this key' }).click();
  await checkStopped(elsewhere);
  await page.locator('.ended').waitFor();
  assert.match(await page.locator('.ended').innerText(), /^Stopped: imported [1-9]\d*, unchanged 0, failed 0\./);
  assert.equal(await page.getByRole('button', { name: 'Stop', exact: true }).isVisible(), false, 'nothing runs any more');

  await begin(page);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await checkStopped(page);

  const statuses = [];
  for (const login of [FIRST, FIRST + ROWS - 1]) {
    statuses.push((await page.goto(`/console/records/account/${login}`)).status());
  }
  assert.deepEqual(statuses, [200, 404], 'what was imported stays, and the rest is not imported');
  assert.deepEqual(faults, []);
});
