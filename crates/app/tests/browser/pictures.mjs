// Pictures of four pages in both colour schemes, as the documentation shows them.

import { writeFileSync } from 'node:fs';
import { changeAsAdmin, changeAsHolder, open, personOf, signInByLink, withBrowser, world } from './browser.mjs';

const SIZE = { width: 1280, height: 800 };
/** Height of a page with little on it. */
const SHORT = 480;
const QUALITY = 82;
const ACCOUNT = '/console/records/account/70021';

await withBrowser(async (browser) => {
  const { context, page } = await open(browser, { viewport: SIZE });
  const line = await context.newCDPSession(page);
  const take = async (name, height = SIZE.height) => {
    const clip = { x: 0, y: 0, width: SIZE.width, height, scale: 1 };
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      const { data } = await line.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY, clip });
      writeFileSync(`${world.pictures}/console-${name}-${scheme}.webp`, Buffer.from(data, 'base64'));
    }
  };
  await changeAsHolder('70021', { city: 'Malmo', zipcode: '21119' });
  await changeAsAdmin('account/70021', { zipcode: '21120' }, 'ticket 4708');
  await signInByLink(page);

  await page.getByLabel(/e-mail, phone/).fill('zoe@example.test');
  await page.locator('#results .main-link').first().waitFor();
  await take('find', SHORT);
  await page.goto(`/console/persons/${await personOf('account/70021')}`);
  await take('person');
  await page.goto(`${ACCOUNT}/edit`);
  await page.getByLabel(/^city/).fill('Malmö');
  await page.getByLabel('Reason').fill('ticket 4711');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('Nothing is written yet.').waitFor();
  await take('preview', SHORT);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').waitFor();
  await page.goto(`${ACCOUNT}/history`);
  await take('history');
});
