// An administrator tries an import with a faulty line and imports the rest, and a privacy officer erases somebody.

import assert from 'node:assert/strict';
import { open, personOf, signIn, withBrowser, world } from './browser.mjs';

const { login } = world;
const ROWS = [
  JSON.stringify({ kind: 'account', login: Number(login), city: 'Lund', email: 'erased@example.test' }),
  JSON.stringify({ kind: 'account', login: Number(login), nick: 'x' }),
].join('\n');

async function send(page, isDry) {
  await page.getByRole('link', { name: 'Imports', exact: true }).first().click();
  const dry = page.getByLabel(/^Dry run/);
  assert.equal(await dry.isChecked(), true, 'a dry run comes first');
  if (!isDry) await dry.uncheck();
  await page.getByLabel('Reason').fill('ticket 4717');
  await page.getByLabel('File').setInputFiles({ name: 'rows.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(ROWS) });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.locator('.ended').waitFor();
  assert.match(await page.locator('.refused').innerText(), new RegExp(`^Line 2, account ${login}: nick`));
  assert.equal(await page.getByRole('button', { name: 'Stop' }).isVisible(), false, 'nothing runs any more');
  return page.locator('.ended').innerText();
}

async function importRows(page) {
  assert.match(await send(page, true), /^Nothing was written.*imported 1, unchanged 0, failed 1/);
  const answer = await page.goto(`/console/records/account/${login}`);
  assert.equal(answer.status(), 404);
  assert.match(await send(page, false), /^imported 1, unchanged 0, failed 1/);
  await page.goto(`/console/records/account/${login}`);
  await page.getByText('ticket 4717').first().waitFor();
}

async function erase(page) {
  const person = await personOf(`account/${login}`);
  await page.goto(`/console/persons/${person}`);
  await page.getByRole('link', { name: /^Privacy/ }).click();
  await page.getByRole('link', { name: /what an erasure takes/ }).click();
  await page.getByText(`account ${login}`).waitFor();
  await page.getByLabel('Reason').fill('ticket 4718');
  await page.getByLabel(/^Type the id/).fill('yes');
  await page.getByRole('button', { name: 'Erase for good' }).click();
  assert.match(await page.getByRole('alert').innerText(), /not the id of this person/);
  await page.getByLabel('Reason').fill('ticket 4718');
  await page.getByLabel(/^Type the id/).fill(person);
  await page.getByRole('button', { name: 'Erase for good' }).click();
  await page.getByRole('status').waitFor();
  assert.match(await page.getByRole('status').innerText(), /is erased/);
  const gone = await page.goto(`/console/records/account/${login}`);
  assert.equal(gone.status(), 404);
}

await withBrowser(async (browser) => {
  const { page, context, faults } = await open(browser, { javaScriptEnabled: world.javascript });
  await signIn(page, world.keys.admin);
  await importRows(page);
  await context.clearCookies();
  await signIn(page, world.keys.privacy);
  await erase(page);
  assert.deepEqual(faults, []);
});
