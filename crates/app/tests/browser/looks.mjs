// How a page must look: accessible in both colour schemes, nothing wider than the screen from 360 px to 4K, and nothing jumps.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const AXE = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
/** axe leaves this rule out unless told, because it is new in WCAG 2.2. */
const TARGET_SIZE = 'target-size';
const OPTIONS = { resultTypes: ['violations'], rules: { [TARGET_SIZE]: { enabled: true } } };
export const WIDE = { width: 1280, height: 800 };
/** The narrowest screen and the widest. */
const EXTREMES = [
  { width: 360, height: 740 },
  { width: 3840, height: 2160 },
];
/** A sum of layout shifts below this counts as good. */
const MAX_SHIFT = 0.1;
/** Milliseconds after which the browser has reported what it has drawn. */
const REPORTED = 200;

/** Returns the rules that a page breaks badly, each with the elements. */
async function serious(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate((options) => window.axe.run(document, options), OPTIONS);
  const ran = [found.violations, found.passes, found.incomplete, found.inapplicable].flat().map(({ id }) => id);
  assert.ok(ran.includes(TARGET_SIZE), `axe ran ${ran}`);
  const isSerious = ({ impact }) => impact === 'serious' || impact === 'critical';
  return found.violations.filter(isSerious).map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]);
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

/** Checks that nothing has moved by itself since the page began. */
export async function checkNothingJumps(page, name) {
  const [sum, moved] = await page.evaluate(async (milliseconds) => {
    const type = 'layout-shift';
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) throw new Error('layout shifts are not measured');
    let sum = 0;
    const moved = [];
    const observer = new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries().filter((entry) => !entry.hadRecentInput)) {
        sum += value;
        moved.push(...sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? '').slice(0, 120)));
      }
    });
    observer.observe({ type, buffered: true });
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return [sum, moved];
  }, REPORTED);
  assert.ok(sum < MAX_SHIFT, `${name} jumps by ${sum}:\n${moved.join('\n')}`);
}

/** Checks the page that is shown. */
export async function check(page, name) {
  // First, because another size of the window moves everything.
  await checkNothingJumps(page, name);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await serious(page), [], `${name}, ${colorScheme}`);
  }
  for (const size of EXTREMES) {
    await page.setViewportSize(size);
    assert.deepEqual(await tooWide(page), [], `${name} at ${size.width} px`);
  }
  await page.setViewportSize(WIDE);
}

/** Checks the page at a path. */
export async function checkAt(page, path) {
  await page.goto(path);
  await check(page, path);
}
