// Somebody of the support desk finds a person, corrects a city, meets a change made meanwhile, and takes all of it back.

import assert from 'node:assert/strict';
import { changeAsHolder, open, signIn, signInByLink, withBrowser, world } from './browser.mjs';
import { city, difference, edit, find, openRecord, preview, save } from './steps.mjs';

const { email, login } = world;
const RECORD = `/console/records/account/${login}`;

async function correct(page) {
  await openRecord(page, RECORD);
  const before = await city(page);
  await edit(page, 'M'.repeat(200));
  await preview(page);
  assert.match(await page.locator('.field.faulty').innerText(), /At most 128 characters/);
  await page.getByLabel(/^city/).fill('Malmö');
  await preview(page);
  await page.getByText('Nothing is written yet.').waitFor();
  assert.deepEqual(await difference(page, 'city'), [before, 'Malmö']);
  await save(page, 'ticket 4711');
  assert.equal(await city(page), 'Malmö');
  return before;
}

/** The holder writes while the form is open: one other field, which stays, and the same one, which is shown. */
async function meetAChange(page) {
  await edit(page, 'Ystad');
  await changeAsHolder(login, { city: 'Visby', zipcode: '62157' });
  await preview(page);
  assert.match(await page.getByRole('alert').first().innerText(), /meanwhile/);
  assert.match(await page.locator('.field.faulty').innerText(), /“Visby”/);
  assert.equal(await page.getByLabel(/^city/).inputValue(), 'Ystad');
  assert.equal(await page.getByLabel(/^zipcode/).inputValue(), '62157');
  await preview(page);
  assert.deepEqual(await difference(page, 'city'), ['Visby', 'Ystad']);
  await save(page, 'ticket 4712');
  assert.equal(await city(page), 'Ystad');
}

async function takeBack(page, first) {
  await page.getByRole('link', { name: 'History' }).click();
  assert.deepEqual(await difference(page, 'city'), ['Visby', 'Ystad'], 'the newest change is first');
  await page.getByLabel('Version', { exact: true }).fill('1');
  await page.getByRole('button', { name: 'Look at it first' }).click();
  assert.deepEqual(await difference(page, 'city'), ['Ystad', first || 'empty']);
  await page.getByLabel('Reason').fill('ticket 4713');
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('status').waitFor();
  assert.equal(await city(page), first);
}

/** Times are in the reader's zone where there is JavaScript, and in UTC, which they say, where there is none. */
async function readTimes(page) {
  const time = page.locator('main time').first();
  assert.match(await time.getAttribute('title'), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.equal((await time.innerText()).endsWith('UTC'), !world.javascript);
}

await withBrowser(async (browser) => {
  const { page, faults } = await open(browser, { javaScriptEnabled: world.javascript });
  await signInByLink(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto(RECORD);
  await page.getByText('Operator key').first().waitFor();
  await signIn(page, world.keys.support);
  await find(page, email);
  const first = await correct(page);
  await readTimes(page);
  await meetAChange(page);
  await takeBack(page, first);
  await page.goto(world.link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  assert.match(await page.getByRole('alert').innerText(), /used before/);
  assert.deepEqual(faults, []);
});
