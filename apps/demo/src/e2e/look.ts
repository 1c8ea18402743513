import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const folder = join(import.meta.dirname, '..', '..', '.screenshots');

/** Keeps a picture of the page, and holds it to WCAG AA, and to its own width. */
export async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
  const { violations } = (await page.evaluate(`axe.run(${options})`)) as axe.AxeResults;
  const found = violations.map(({ id, nodes }) => [
    id,
    nodes.map(({ html, failureSummary }) => [html, failureSummary]),
  ]);
  expect(found, name).toEqual([]);
  const overflow = 'document.documentElement.scrollWidth - innerWidth';
  expect(await page.evaluate(overflow), `${name} is too wide`).toBeLessThanOrEqual(0);
  const below = 'document.documentElement.scrollHeight - innerHeight';
  expect(await page.evaluate(below), `${name} is too high`).toBeLessThanOrEqual(0);
}

/** Holds the page to not having moved by itself, but where somebody had just clicked or typed. */
export async function expectNoJumps(page: Page): Promise<void> {
  expect(await page.evaluate(jumps)).toEqual([]);
}

// A line that is written pushes nothing that can be seen; a banner or a button that moves is a few hundredths.
const jumps = `new Promise((resolve) => {
  const shown = ({ value, sources }) => [value, sources.map(({ node }) => node?.outerHTML?.slice(0, 80))];
  const isJump = ({ value, hadRecentInput }) => !hadRecentInput && value > 0.015;
  new PerformanceObserver((list) => resolve(list.getEntries().filter(isJump).map(shown)))
    .observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve([])));
})`;
