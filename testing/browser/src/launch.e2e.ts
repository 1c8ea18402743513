import { expect, test } from 'vitest';
import { launchBrowser } from './launch.ts';

test('a real browser opens a page', async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent('<title>Outcrop</title>');
    expect(await page.title()).toBe('Outcrop');
  } finally {
    await browser.close();
  }
});
