// A browser, and what every script does in it: sign in, act beside it as others do, and collect what a page complains about.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

export const world = JSON.parse(process.env.WORLD);
export const KIBIBYTE = 1024;
/** The reader's zone, which is not UTC. */
const READER = { locale: 'en-GB', timezoneId: 'Europe/Stockholm' };

/** Opens a browser for as long as `use` lasts. */
export async function withBrowser(use) {
  // Without the sandbox, because tests may run as root, where Chromium has none.
  const browser = await chromium.launch({ executablePath: world.chromium, args: ['--no-sandbox'] });
  try {
    await use(browser);
  } finally {
    await browser.close();
  }
}

/** Opens a page; `faults` collects what it reports, e.g. whatever the Content-Security-Policy blocks. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ baseURL: world.url, ...READER, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // A page with a status of 400 or above is reported as one that failed to load, although it is shown.
    const isPage = message.location().url === page.url() || message.text().includes('the server responded with');
    if (message.type() === 'error' && !isPage) faults.push(message.text());
  });
  page.on('response', (response) => {
    const isPart = response.request().resourceType() !== 'document';
    if (isPart && response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
  });
  return { context, page, faults };
}

/** Signs in with a key, and ends on Find. */
export async function signIn(page, key) {
  await page.goto('/console');
  await page.getByLabel('Operator key').fill(key);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/console');
  await page.getByRole('heading', { name: 'Find somebody' }).waitFor();
}

/** Signs in with the link, and ends on Find. */
export async function signInByLink(page) {
  await page.goto(world.link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/console');
  await page.getByRole('heading', { name: 'Find somebody' }).waitFor();
}

/** Fetches pages as the browser does, with the session; returns the path, the status and the text of each. */
export function fetchAll(page, paths) {
  return page.evaluate(async (all) => {
    const texts = [];
    for (const path of all) {
      const answer = await fetch(path);
      texts.push([path, answer.status, await answer.text()]);
    }
    return texts;
  }, paths);
}

/** Changes an account as its holder does, through the account contract. */
export async function changeAsHolder(login, fields) {
  const headers = { authorization: world.holders[login], 'content-type': 'application/json' };
  const answer = await fetch(`${world.url}/account/me`, { method: 'PUT', headers, body: JSON.stringify(fields) });
  assert.equal(answer.status, 200, await answer.text());
}

/** Calls the operator API with the key of a role; returns what it answers. */
export async function call(role, method, path, body, more = {}) {
  const headers = { authorization: `Bearer ${world.keys[role]}`, ...(body && { 'content-type': 'application/json' }), ...more };
  const answer = await fetch(`${world.url}/operator/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

/** Changes a record through the operator API. */
export function patchAs(role, record, fields, reason) {
  return call(role, 'PATCH', `records/${record}`, { fields, cause: { reason } });
}

/** Changes a record as an administrator does, through the operator API. */
export function changeAsAdmin(record, fields, reason) {
  return patchAs('admin', record, fields, reason);
}

/** Makes a record as an administrator does, through the operator API. */
export function putAsAdmin(record, fields, reason) {
  return call('admin', 'PUT', `records/${record}`, { fields, cause: { reason } }, { 'if-none-match': '*' });
}

/** Returns the id of whoever has a record. */
export async function personOf(record) {
  return (await call('admin', 'GET', `records/${record}`)).person;
}
