// What a browser that has nothing of the console yet fetches for a page, in bytes on the line.

import assert from 'node:assert/strict';
import { KIBIBYTE, changeAsHolder, open, personOf, signIn, withBrowser, world } from './browser.mjs';

const MAX_BYTES = 60 * KIBIBYTE;
/** Versions of the record whose history is opened. */
const VERSIONS = 20;

/** Opens a page with a session and nothing else; returns the bytes of all that was fetched. */
async function weigh(browser, storageState, path) {
  const { context, page } = await open(browser, { storageState });
  const line = await context.newCDPSession(page);
  let bytes = 0;
  line.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await line.send('Network.enable');
  await page.goto(path, { waitUntil: 'networkidle' });
  await context.close();
  return bytes;
}

await withBrowser(async (browser) => {
  for (let version = 0; version < VERSIONS; version += 1) await changeAsHolder('70021', { city: `Town ${version}` });
  const { context, page } = await open(browser);
  await signIn(page, world.keys.support);
  const session = await context.storageState();
  const nobody = { cookies: [], origins: [] };
  const visits = [
    [nobody, '/console/sign-in'],
    [session, '/console'],
    [session, '/console?q=zoe@example.test'],
    [session, `/console/persons/${await personOf('account/70021')}`],
    [session, '/console/records/account/70021'],
    [session, '/console/records/account/70021/edit'],
    [session, '/console/records/account/70021/history'],
  ];
  for (const [state, path] of visits) {
    const bytes = await weigh(browser, state, path);
    console.log(`${path}: ${bytes} bytes`);
    assert.ok(bytes > KIBIBYTE && bytes <= MAX_BYTES, `${path}: ${bytes} bytes`);
  }
});
