// What each role opens and is offered, page by page.

import assert from 'node:assert/strict';
import { changeAsAdmin, changeAsHolder, fetchAll, open, personOf, signIn, withBrowser, world } from './browser.mjs';
import { ACCOUNT, CLIENT, ROLES, from, pagesOf } from './places.mjs';
import { NOBODY, subscribe } from './receiver.mjs';

const NO_ROLE = [];

/** Each action: where it is offered, as what, what it is called, and the roles to which it is. */
const actionsOf = ({ person, subscription }) => [
  ['/console', 'link', 'Find', from('reader')],
  ['/console', 'link', 'Feed', from('reader')],
  ['/console', 'link', 'System', from('reader')],
  ['/console', 'link', 'Subscriptions', from('admin')],
  ['/console', 'link', 'Imports', from('admin')],
  ['/console', 'link', 'Keys', from('admin')],
  ['/console', 'button', 'Sign out', from('reader')],
  [`/console/persons/${person}`, 'link', /^Privacy/, from('privacy')],
  [`/console/persons/${person}`, 'img', /^Picture of/, from('support')],
  [ACCOUNT, 'link', 'Edit', from('support')],
  [ACCOUNT, 'link', 'History', from('reader')],
  [ACCOUNT, 'link', 'Person', from('reader')],
  [`${ACCOUNT}?version=1`, 'link', 'Edit', NO_ROLE],
  [`${ACCOUNT}?version=1`, 'link', 'See it as it is now', from('reader')],
  [`${ACCOUNT}/edit`, 'button', 'Preview', from('support')],
  [`${ACCOUNT}/history`, 'button', 'Compare', from('reader')],
  [`${ACCOUNT}/history`, 'button', 'Show', from('reader')],
  [`${ACCOUNT}/history`, 'button', 'Look at it first', from('support')],
  [`${ACCOUNT}/revert?to=1`, 'button', 'Take it back', from('support')],
  [CLIENT, 'link', 'Reveal', from('privacy')],
  [`${CLIENT}?version=1`, 'link', 'Reveal', NO_ROLE],
  [`${CLIENT}/reveal`, 'button', 'Reveal', from('privacy')],
  [`/console/persons/${person}/privacy`, 'button', 'Export', from('privacy')],
  [`/console/persons/${person}/privacy`, 'button', 'Place the hold', from('privacy')],
  [`/console/persons/${person}/privacy`, 'link', 'Look at what an erasure takes', from('privacy')],
  [`/console/persons/${person}/erase`, 'button', 'Erase for good', from('privacy')],
  ['/console/subscriptions', 'button', 'Make the subscription', from('admin')],
  [`/console/subscriptions/${subscription}`, 'link', 'Edit', from('admin')],
  ...['Send a test', 'Disable', 'Replay', 'Rotate'].map((name) => [
    `/console/subscriptions/${subscription}`, 'button', name, from('admin'),
  ]),
  [`/console/subscriptions/${subscription}/edit`, 'button', 'Save', from('admin')],
  ['/console/imports', 'button', 'Import', from('admin')],
  ['/console/imports', 'button', 'Stop the import of this key', from('admin')],
  ['/console/keys', 'button', 'Make the key', from('admin')],
];

async function checkPages(page, role, places) {
  for (const [path, roles] of pagesOf(places)) {
    const answer = await page.goto(path);
    assert.equal(answer.status(), roles.includes(role) ? 200 : 403, `${role} at ${path}`);
    assert.ok(await page.getByRole('button', { name: 'Sign out' }).isVisible(), `${role} keeps the navigation at ${path}`);
  }
}

async function checkActions(page, role, places) {
  for (const [path, kind, name, roles] of actionsOf(places)) {
    await page.goto(path);
    const offered = await page.getByRole(kind, { name, exact: typeof name === 'string' }).count();
    assert.equal(offered > 0, roles.includes(role), `${role} is offered ${name} at ${path}`);
  }
}

await withBrowser(async (browser) => {
  await changeAsHolder('70021', { city: 'Kiruna' });
  await changeAsAdmin('account/70021', { city: 'Visby' }, 'ticket 4714');
  const places = { person: await personOf('account/70021'), subscription: await subscribe(NOBODY) };
  for (const role of ROLES) {
    const { context, page, faults } = await open(browser);
    await signIn(page, world.keys[role]);
    await checkPages(page, role, places);
    await checkActions(page, role, places);
    assert.deepEqual(faults, []);
    const [[path, status]] = await fetchAll(page, [`${ACCOUNT}/picture`]);
    assert.equal(status, from('support').includes(role) ? 200 : 403, `${role} at ${path}`);
    await context.close();
  }
});
