// Without a mouse: `/` goes to the search, results come as one types, arrows move, Enter opens, and where the focus is shows.

import assert from 'node:assert/strict';
import { open, signIn, withBrowser, world } from './browser.mjs';

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.className);

await withBrowser(async (browser) => {
  const { page, faults } = await open(browser);
  await signIn(page, world.keys.support);
  assert.equal(await focused(page), 'q', 'the search has the focus at once');

  await page.keyboard.type('lind');
  const results = page.locator('#results .main-link');
  await results.first().waitFor();
  await page.waitForURL(/\/console\?q=lind$/);
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), 'main-link');
  const outline = await results.first().evaluate((link) => getComputedStyle(link).outlineStyle);
  assert.equal(outline, 'solid', 'the focus is visible');
  await page.keyboard.press('ArrowUp');
  assert.equal(await focused(page), 'q');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/console/persons/*');

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/console/records/**');
  await page.goBack();
  await page.goBack();
  await results.first().waitFor();
  assert.equal(await page.locator('#q').inputValue(), 'lind', 'the way back leads to what was searched for');

  await page.goto('/console/records/account/70021');
  await page.keyboard.press('/');
  await page.waitForURL('**/console');
  await page.locator('#q:focus').waitFor();
  assert.equal(await page.locator('#q').inputValue(), '', 'the key is not typed into the search');

  await page.goto('/console/records/account/70021');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await focused(page), 'main', 'the first link skips to the content');
  assert.deepEqual(faults, []);
});
