// Subscriptions, and a target of them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { call } from './browser.mjs';

/** A target that nobody answers at. */
export const NOBODY = 'https://hooks.example.invalid/people';
const TRIES = 150;
const INTERVAL_MS = 200;

/** Receives what is delivered to the URL that `use` is given, for as long as it lasts; `statusOf` answers the nth request. */
export async function receiving(statusOf, use) {
  let received = 0;
  const server = createServer((request, response) => {
    request.resume();
    received += 1;
    response.writeHead(statusOf(received)).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${server.address().port}/people`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Has changes from now on sent to `url`; returns the id of the subscription. */
export async function subscribe(url) {
  return (await call('admin', 'POST', 'subscriptions', { url, name: 'Desk' })).id;
}

/** Waits until so many deliveries to a subscription were tried. */
export async function attempted(subscription, count) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { deliveries } = await call('admin', 'GET', `subscriptions/${subscription}/deliveries?limit=200`);
    if (deliveries.length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
  assert.fail(`${count} deliveries were not tried`);
}
