// Every page looks as it must, nothing on it is blocked or fails, and none is left out.

import assert from 'node:assert/strict';
import { changeAsAdmin, changeAsHolder, open, personOf, signIn, withBrowser, world } from './browser.mjs';
import { WIDE, check, checkAt } from './looks.mjs';
import { ACCOUNT, pagesOf } from './places.mjs';
import { NOBODY, subscribe } from './receiver.mjs';

/** Routes that answer a GET with something else than a page of their own. */
const NO_PAGES = ['/welcome', '/records/{kind}/{key}/picture'];
const PARAMETER = /\{\w+\}/g;

/** Checks what somebody sees who is not signed in; returns the paths. */
async function checkSignedOut(page) {
  const paths = ['/console/sign-in', new URL(world.link, world.url).pathname];
  for (const path of paths) await checkAt(page, path);
  await page.goto('/console/sign-in');
  await page.getByLabel('Operator key').fill('pok_wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await check(page, 'a sign-in that is refused');
  return paths;
}

/** Checks that each route of the console was opened, or has no page. */
async function checkNoneIsLeftOut(paths) {
  assert.ok(world.routes.length > 20, `${world.routes.length} routes are found: are they still registered like this?`);
  for (const route of world.routes.filter((one) => !NO_PAGES.includes(one))) {
    const pattern = new RegExp(`^/console${route.replace(PARAMETER, '[^/?]+')}(\\?|$)`);
    if (paths.some((path) => pattern.test(path))) continue;
    const answer = await fetch(`${world.url}/console${route.replace(PARAMETER, 'x')}`);
    assert.equal(answer.status, 405, `the page at ${route} is not looked at`);
  }
}

await withBrowser(async (browser) => {
  const { page, context, faults } = await open(browser, { viewport: WIDE });
  await changeAsHolder('70021', { city: 'Kiruna', zipcode: '98131' });
  await changeAsAdmin('account/70021', { name: `Zoë ${'Lindqvist'.repeat(9)}`, city: '' }, 'ticket 4711');
  const signedOut = await checkSignedOut(page);

  await signIn(page, world.keys.admin);
  const links = await page.locator('header nav a').evaluateAll((found) => found.map((link) => link.getAttribute('href')));
  assert.ok(links.includes('/console'));
  const person = await personOf('account/70021');
  const subscription = await subscribe(NOBODY);
  const paths = new Set([
    ...links,
    ...pagesOf({ person, subscription }).map(([path]) => path),
    '/console?q=nobody@example.test',
    `/console?q=${'a'.repeat(201)}`,
    '/console/feed?field=nonsense&actor=nobody',
    `${ACCOUNT}?as_of=2100-01-01`,
    `${ACCOUNT}/compare?from=2&to=2`,
    '/console/nothing',
  ]);
  for (const path of paths) await checkAt(page, path);
  await checkNoneIsLeftOut([...signedOut, ...paths]);

  await context.clearCookies();
  await signIn(page, world.keys.reader);
  for (const path of [`/console/persons/${person}`, `${ACCOUNT}/edit`]) await checkAt(page, path);
  assert.deepEqual(faults, []);
});
