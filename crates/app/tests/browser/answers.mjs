// The pages that come of a form look as they must: what is wrong, what is asked once more, and what was done.

import assert from 'node:assert/strict';
import { changeAsAdmin, changeAsHolder, open, personOf, putAsAdmin, signIn, withBrowser, world } from './browser.mjs';
import { WIDE, check, checkAt } from './looks.mjs';
import { ACCOUNT, CLIENT } from './places.mjs';
import { attempted, receiving } from './receiver.mjs';
import { preview } from './steps.mjs';

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const reason = (page) => page.getByLabel('Reason', { exact: true });

/** Checks the page once it says what was done. */
async function checkDone(page, words, name) {
  await page.getByRole('status').filter({ hasText: words }).waitFor();
  await check(page, name);
}

/** Checks the page once it says what is wrong. */
async function checkRefused(page, name) {
  await page.getByRole('alert').first().waitFor();
  await check(page, name);
}

/** An edit with faults, as a preview, and with a change made meanwhile. */
async function checkEdits(page) {
  const city = page.getByLabel(/^city/);
  await page.goto(`${ACCOUNT}/edit`);
  await city.fill('M'.repeat(200));
  await preview(page);
  await page.locator('.field.faulty').waitFor();
  await check(page, 'a form with faults');
  await city.fill('Malmö');
  await preview(page);
  await page.getByText('Nothing is written yet.').waitFor();
  await check(page, 'a preview');
  await page.goto(`${ACCOUNT}/edit`);
  await city.fill('Ystad');
  await changeAsHolder('70021', { city: 'Visby' });
  await preview(page);
  await checkRefused(page, 'a conflict');
}

async function checkImports(page) {
  await page.goto('/console/imports');
  await reason(page).fill('ticket 4719');
  const rows = Buffer.from('{"kind":"account","login":70021,"nick":"x"}');
  await page.getByLabel('File').setInputFiles({ name: 'rows.ndjson', mimeType: 'application/x-ndjson', buffer: rows });
  await press(page, 'Import');
  await page.locator('.ended').waitFor();
  await check(page, 'a report of an import');
  await page.goto('/console/imports');
  await press(page, 'Stop the import of this key');
  await checkDone(page, 'No import of this key', 'a stop of no import');
}

async function checkReveal(page) {
  await page.goto(`${CLIENT}/reveal`);
  await reason(page).fill('ticket 4720');
  await press(page, 'Reveal');
  await page.getByText('IE-7731905').waitFor();
  await check(page, 'revealed values');
}

async function checkKeys(page) {
  await page.goto('/console/keys');
  await page.getByLabel('Name', { exact: true }).fill('Desk of the tests');
  await page.getByLabel('Networks that may use it').fill('here');
  await press(page, 'Make the key');
  await checkRefused(page, 'a key that is refused');
  await page.getByLabel('Name', { exact: true }).fill('Desk of the tests');
  await page.getByLabel('Networks that may use it').fill('');
  await press(page, 'Make the key');
  await checkDone(page, 'pok_', 'a new key');
  const made = page.locator('article', { has: page.getByRole('heading', { name: /Desk of the tests/ }) });
  await made.getByText('Revoke', { exact: true }).click();
  await made.getByLabel('Reason').fill('ticket 4721');
  await made.getByRole('button', { name: 'Revoke for good' }).click();
  await checkDone(page, 'The key is revoked.', 'a key that is revoked');
}

async function makeSubscription(page, url) {
  await page.goto('/console/subscriptions');
  await page.getByLabel('Target').fill('https://user@example.com/');
  await press(page, 'Make the subscription');
  await checkRefused(page, 'a subscription that is refused');
  await page.getByLabel('Target').fill(url);
  await press(page, 'Make the subscription');
  await checkDone(page, 'whsec_', 'a new subscription');
  const link = page.getByRole('status').getByRole('link');
  const path = await link.getAttribute('href');
  await link.click();
  await page.waitForURL(`**${path}`);
  return path;
}

async function checkSubscriptions(page) {
  await receiving(() => 500, async (url) => {
    const path = await makeSubscription(page, url);
    await changeAsAdmin('account/70030', { city: 'Abuja' }, 'ticket 4722');
    await attempted(path.split('/').at(-1), 1);
    await checkAt(page, path);
    await page.locator('.plot').first().waitFor();
    await checkAt(page, '/console/subscriptions');
    await page.goto(path);
    await press(page, 'Send a test');
    await checkDone(page, 'Test: status 500', 'a test');
    await press(page, 'Rotate');
    await checkDone(page, 'whsec_', 'a new secret');
    await press(page, 'Disable');
    await page.getByRole('button', { name: 'Activate' }).waitFor();
    await check(page, 'a subscription that is disabled');
    await page.goto(`${path}/edit`);
    await page.getByLabel('Headers of the requests').fill('Host: a');
    await press(page, 'Save');
    await checkRefused(page, 'an edit of a subscription that is refused');
  });
}

/** A hold, where it is placed and on the page of the person. */
async function checkHold(page) {
  const person = await personOf('account/70021');
  await page.goto(`/console/persons/${person}/privacy`);
  await page.getByLabel('account', { exact: true }).check();
  await page.locator('#hold-reason').fill('case 12');
  await press(page, 'Place the hold');
  await checkDone(page, 'The hold is placed.', 'a hold');
  await checkAt(page, `/console/persons/${person}`);
  await checkAt(page, `/console/persons/${person}/erase`);
}

/** An erasure that is refused, its receipt, and a record that is no more. */
async function checkErasure(page) {
  await putAsAdmin('account/7700009', { city: 'Lund' }, 'ticket 4723');
  const person = await personOf('account/7700009');
  await page.goto(`/console/persons/${person}/erase`);
  for (const [typed, after] of [['yes', checkRefused], [person, (at, name) => checkDone(at, 'is erased', name)]]) {
    await reason(page).fill('ticket 4724');
    await page.getByLabel(/^Type the id/).fill(typed);
    await press(page, 'Erase for good');
    await after(page, `an erasure confirmed with ${typed}`);
  }
  for (const path of ['', '/history']) await checkAt(page, `/console/records/account/7700009${path}`);
}

await withBrowser(async (browser) => {
  const { page, faults } = await open(browser, { viewport: WIDE });
  await changeAsHolder('70021', { city: 'Kiruna' });
  await signIn(page, world.keys.admin);
  for (const checkPages of [checkEdits, checkImports, checkReveal, checkKeys, checkSubscriptions, checkHold, checkErasure]) {
    await checkPages(page);
  }
  assert.deepEqual(faults, []);
});
