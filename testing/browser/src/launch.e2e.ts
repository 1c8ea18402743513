import { expect, test } from 'vitest';
import { launchBrowser } from './launch.ts';

test('a real browser opens a page', async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent('<title>Outcrop</title><p>stone</p><input>');
    expect(await page.title()).toBe('Outcrop');
    // Without fonts a page has no text, and no text field.
    await page.fill('input', 'granite');
    expect(await page.locator('p').evaluate((p) => p.getBoundingClientRect().height)).toBeGreaterThan(5);
  } finally {
    await browser.close();
  }
});
