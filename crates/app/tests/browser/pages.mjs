// Every page in both colour schemes: axe finds nothing serious, nothing is blocked or fails, and nothing is wider than 360 px.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { changeAsAdmin, changeAsHolder, open, personOf, signIn, withBrowser, world } from './browser.mjs';

const AXE = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const ACCOUNT = '/console/records/account/70021';
const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1280, height: 800 };

/** Returns the rules that a page breaks badly, each with the elements. */
async function serious(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const isSerious = ({ impact }) => impact === 'serious' || impact === 'critical';
  return violations.filter(isSerious).map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]);
}

/** Returns what sticks out of the page, but for what scrolls by itself. */
function tooWide(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const sticksOut = (element) => element.getBoundingClientRect().right > width + 1 && !element.closest('.scroll, .skip');
    const found = document.documentElement.scrollWidth > width ? ['the page'] : [];
    return [...found, ...[...document.body.querySelectorAll('*')].filter(sticksOut).map((one) => one.outerHTML.slice(0, 120))];
  });
}

/** Checks the page that is shown. */
async function check(page, name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await serious(page), [], `${name}, ${colorScheme}`);
  }
  await page.setViewportSize(NARROW);
  assert.deepEqual(await tooWide(page), [], `${name} at ${NARROW.width} px`);
  await page.setViewportSize(WIDE);
}

async function checkAt(page, path) {
  await page.goto(path);
  await check(page, path);
}

/** The pages that come of a form: with faults, as a preview, and with a change made meanwhile. */
async function checkForms(page) {
  const city = page.getByLabel(/^city/);
  const preview = () => page.getByRole('button', { name: 'Preview' }).click();
  await page.goto(`${ACCOUNT}/edit`);
  await city.fill('M'.repeat(200));
  await preview();
  await check(page, 'a form with faults');
  await city.fill('Malmö');
  await preview();
  await page.getByText('Nothing is written yet.').waitFor();
  await check(page, 'a preview');
  await page.goto(`${ACCOUNT}/edit`);
  await city.fill('Ystad');
  await changeAsHolder('70021', { city: 'Visby' });
  await preview();
  await check(page, 'a conflict');
}

/** The report of an import, which stands where the form was sent from. */
async function checkReport(page) {
  await page.goto('/console/imports');
  await page.getByLabel('Reason').fill('ticket 4719');
  const rows = Buffer.from('{"kind":"account","login":70021,"nick":"x"}');
  await page.getByLabel('File').setInputFiles({ name: 'rows.ndjson', mimeType: 'application/x-ndjson', buffer: rows });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.locator('.ended').waitFor();
  await check(page, 'a report of an import');
}

await withBrowser(async (browser) => {
  const { page, context, faults } = await open(browser, { viewport: WIDE });
  await changeAsHolder('70021', { city: 'Kiruna', zipcode: '98131' });
  await changeAsAdmin('account/70021', { name: `Zoë ${'Lindqvist'.repeat(9)}`, city: '' }, 'ticket 4711');

  for (const path of ['/console', '/console/sign-in', world.link]) await checkAt(page, path);
  await page.goto('/console/sign-in');
  await page.getByLabel('Operator key').fill('pok_wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await check(page, 'a sign-in that is refused');

  await signIn(page, world.keys.admin);
  const links = await page.locator('header nav a').evaluateAll((found) => found.map((link) => link.getAttribute('href')));
  assert.ok(links.includes('/console'));
  const person = await personOf('account/70021');
  const paths = [
    ...links,
    '/console?q=zoe@example.test',
    '/console?q=nobody@example.test',
    `/console?q=${'a'.repeat(201)}`,
    `/console/persons/${person}`,
    ACCOUNT,
    `${ACCOUNT}?version=1`,
    `${ACCOUNT}/edit`,
    `${ACCOUNT}/history`,
    `${ACCOUNT}/compare?from=1&to=3`,
    `${ACCOUNT}/revert?to=1`,
    '/console/records/client/5b2f6a3e-8f0d-4c56-9f6e-6a1f3c0d7b21',
    '/console/records/client/5b2f6a3e-8f0d-4c56-9f6e-6a1f3c0d7b21/edit',
    '/console/records/user/user_4hTq81LmZp0Va',
    '/console/nothing',
  ];
  for (const path of paths) await checkAt(page, path);
  await checkForms(page);
  await checkReport(page);

  await context.clearCookies();
  await signIn(page, world.keys.reader);
  await checkAt(page, `/console/persons/${person}`);
  await checkAt(page, `${ACCOUNT}/edit`);
  assert.deepEqual(faults, []);
});
