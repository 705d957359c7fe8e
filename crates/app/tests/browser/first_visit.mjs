// What a browser that has nothing of the console yet fetches for a page, in bytes on the line: every page, with whole records.

import assert from 'node:assert/strict';
import { KIBIBYTE, changeAsHolder, open, personOf, signIn, withBrowser, world } from './browser.mjs';
import { pagesOf } from './places.mjs';
import { NOBODY, subscribe } from './receiver.mjs';

const MAX_BYTES = 60 * KIBIBYTE;
/** Versions of the record whose history is opened: more than a page of them. */
const VERSIONS = 50;

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

/** Returns the pages of somebody whose records have a value in every field. */
async function pagesOfWhole() {
  const person = await personOf(world.whole[0]);
  const records = world.whole.map((record) => `/console/records/${record}`);
  const ways = ['', '/history', '/edit'];
  const pages = [`/console/persons/${person}`, `/console/persons/${person}/privacy`, `/console/persons/${person}/erase`];
  return [...pages, ...records.flatMap((record) => ways.map((way) => record + way))];
}

await withBrowser(async (browser) => {
  for (let version = 0; version < VERSIONS; version += 1) await changeAsHolder('70021', { city: `Town ${version}` });
  const { context, page } = await open(browser);
  await signIn(page, world.keys.admin);
  const session = await context.storageState();
  const places = { person: await personOf('account/70021'), subscription: await subscribe(NOBODY) };
  const paths = [...pagesOf(places).map(([path]) => path), ...(await pagesOfWhole())];
  const heavy = [];
  for (const [state, path] of [[{ cookies: [], origins: [] }, '/console/sign-in'], ...paths.map((path) => [session, path])]) {
    const bytes = await weigh(browser, state, path);
    console.log(`${path}: ${bytes} bytes`);
    assert.ok(bytes > KIBIBYTE, `${path}: ${bytes} bytes`);
    if (bytes > MAX_BYTES) heavy.push(`${path}: ${bytes} bytes`);
  }
  assert.deepEqual(heavy, []);
});
