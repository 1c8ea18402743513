import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch.ts';

// As it lies on disk: `turbo run test` builds it before.
const site = join(import.meta.dirname, '../../../apps/site/dist');
const pages = globSync(['index.html', 'models.html', '{guides,modules}/*.html'], { cwd: site }).sort();

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function open(file: string, width: number): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(pathToFileURL(join(site, file)).href);
  return { page, errors };
}

test('no page is wider than a phone', async () => {
  const { page, errors } = await open('index.html', 390);
  const wide: string[] = [];
  for (const file of pages) {
    await page.goto(pathToFileURL(join(site, file)).href);
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
    if (scrollWidth > clientWidth) wide.push(file);
  }
  expect({ wide, errors, some: pages.length > 20 }).toEqual({ wide: [], errors: [], some: true });
  await page.close();
});

test('every link leads to something', () => {
  const files = globSync('**/*.html', { cwd: site });
  const texts = new Map(files.map((file) => [file, readFileSync(join(site, file), 'utf8')]));
  const anchors = new Map([...texts].map(([file, text]) => [file, new Set(valuesOf(text, 'id'))]));
  const dead = [...texts].flatMap(([file, text]) =>
    valuesOf(text, 'href|src').filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const goal = path === '' ? file : posix.join(posix.dirname(file), path);
      if (!existsSync(join(site, goal))) return true;
      return anchor !== undefined && anchor !== '' && anchors.get(goal)?.has(anchor) === false;
    }),
  );
  expect({ dead: [...new Set(dead)], some: files.length > 300 }).toEqual({ dead: [], some: true });
});

function valuesOf(html: string, attributes: string): string[] {
  const matches = html.matchAll(new RegExp(` (?:${attributes})="([^"]*)"`, 'g'));
  return [...matches].map(([, value = '']) => decodeURIComponent(value.replaceAll('&amp;', '&')));
}

test.each(['throttling', 'structured output', 'command line', 'IAM', 'Strands'])(
  'the search for %j finds a guide or a README among its first three',
  async (words) => {
    const { page } = await open('index.html', 1280);
    await page.locator('#tsd-search-trigger').click();
    await page.locator('#tsd-search-input').fill(words);
    const results = page.locator('#tsd-search-results li');
    await results.first().waitFor();
    const links = await page
      .locator('#tsd-search-results li a')
      .evaluateAll((all) => all.map((each) => each.getAttribute('href')));
    expect(links.slice(0, 3).some((link) => /(guides|modules)\//.test(link ?? ''))).toBe(true);
    await page.close();
  },
);

test.each([1280, 390])('the search finds a guide and an option, %i px wide', async (width) => {
  const { page } = await open('index.html', width);
  await page.locator('#tsd-search-trigger').click();
  await page.locator('#tsd-search-input').fill('residency');
  const results = page.locator('#tsd-search-results li');
  await results.first().waitFor();
  const found = await results.allInnerTexts();
  expect(found).toContain('Models and residency');
  expect(found).toContain('@outcrop/manager.Selection.residency');
  await page.close();
});

test('guides stand in the list of pages, and lead there', async () => {
  const { page } = await open('index.html', 1280);
  await page.locator('.site-menu').getByText('Going to production').click();
  await page.waitForURL(/production/);
  expect((await page.locator('h1').textContent())?.trim()).toBe('Going to production');
  await page.close();
});

test('what is for programs leads to files that are there, and holds every entry and guide', () => {
  const index = readFileSync(join(site, 'llms.txt'), 'utf8');
  const files = [...index.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file);
  expect(files.filter((file) => !existsSync(join(site, file)))).toEqual([]);
  const everything = readFileSync(join(site, 'llms-full.txt'), 'utf8');
  const missing = [
    '# Going to production',
    '## @outcrop/providers/direct/node',
    'export class LLMManager extends Manager {',
  ];
  expect(missing.filter((line) => !everything.includes(`\n${line}\n`))).toEqual([]);
});
