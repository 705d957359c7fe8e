// Pictures of five pages in both colour schemes, as the documentation shows them.

import { writeFileSync } from 'node:fs';
import { changeAsAdmin, changeAsHolder, open, personOf, putAsAdmin, signIn, signInByLink, withBrowser, world } from './browser.mjs';
import { ACCOUNT } from './places.mjs';
import { attempted, receiving, subscribe } from './receiver.mjs';

const SIZE = { width: 1280, height: 800 };
/** Height of a page with little on it. */
const SHORT = 480;
const QUALITY = 82;
/** Records that are made while somebody receives what is made; of these deliveries each sixth fails at first. */
const DELIVERIES = 24;
const FAILING = 6;
const PAUSE_MS = 100;

/** Takes a picture of the page that is shown, in each colour scheme. */
async function take(page, line, name, height = SIZE.height) {
  const clip = { x: 0, y: 0, width: SIZE.width, height, scale: 1 };
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    const { data } = await line.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY, clip });
    writeFileSync(`${world.pictures}/console-${name}-${scheme}.webp`, Buffer.from(data, 'base64'));
  }
}

/** Opens a subscription to which changes were delivered. */
async function openDeliveries(page, url) {
  const subscription = await subscribe(url);
  for (let number = 0; number < DELIVERIES; number += 1) {
    await putAsAdmin(`account/${7_700_100 + number}`, { city: 'Lund' }, 'ticket 4712');
    await page.waitForTimeout(PAUSE_MS);
  }
  await attempted(subscription, DELIVERIES);
  await page.context().clearCookies();
  await signIn(page, world.keys.admin);
  await page.goto(`/console/subscriptions/${subscription}`);
}

await withBrowser(async (browser) => {
  const { context, page } = await open(browser, { viewport: SIZE });
  const line = await context.newCDPSession(page);
  await changeAsHolder('70021', { city: 'Malmo', zipcode: '21119' });
  await changeAsAdmin('account/70021', { zipcode: '21120' }, 'ticket 4708');
  await signInByLink(page);

  await page.getByLabel(/e-mail, phone/).fill('zoe@example.test');
  await page.locator('#results .main-link').first().waitFor();
  await take(page, line, 'find', SHORT);
  await page.goto(`/console/persons/${await personOf('account/70021')}`);
  await take(page, line, 'person');
  await page.goto(`${ACCOUNT}/edit`);
  await page.getByLabel(/^city/).fill('Malmö');
  await page.getByLabel('Reason').fill('ticket 4711');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('Nothing is written yet.').waitFor();
  await take(page, line, 'preview', SHORT);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').waitFor();
  await page.goto(`${ACCOUNT}/history`);
  await take(page, line, 'history');
  await receiving((request) => (request % FAILING === 0 ? 500 : 204), async (url) => {
    await openDeliveries(page, url);
    await take(page, line, 'subscription');
  });
});
