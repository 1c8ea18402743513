import { launchBrowser } from '@outcrop/browser';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { files } from './e2e/files.ts';
import { expectNoJumps, look } from './e2e/look.ts';
import { type Playground, startPlayground } from './e2e/playground.ts';

let browser: Browser;
let playground: Playground;
beforeAll(async () => {
  [browser, playground] = await Promise.all([launchBrowser(), startPlayground()]);
});
afterAll(async () => {
  await browser?.close();
  await playground?.[Symbol.asyncDispose]();
});
beforeEach(() => playground.setSwitches({ requestsPerMinute: 6_000 }));

const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };

async function open(place: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ ...desktop, colorScheme: 'light', ...options });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const failures: string[] = [];
  page.on('pageerror', ({ message }) => failures.push(message));
  onTestFinished(async () => {
    await context.close();
    expect(failures).toEqual([]);
  });
  await page.goto(`${playground.url}/#${place}`);
  return page;
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message', { exact: true }).fill(text);
  await page.keyboard.press('Enter');
}

const replies = (page: Page) => page.getByRole('article', { name: 'Reply' });
const done = (page: Page) => page.locator('article[data-state="done"]');
const streaming = (page: Page) => page.locator('article[data-state="streaming"] .markdown');
const region = (page: Page, name: string) => page.getByRole('group', { name });

test('a picture and a document are shown with type, size and limit, sent, described and cited', async () => {
  const page = await open('chat');
  await page.getByLabel('Files', { exact: true }).setInputFiles([files.image, files.document]);
  const waiting = page.getByRole('list', { name: 'Files to be sent' });
  await waiting.getByText('md document').waitFor();
  expect(await waiting.getByRole('listitem').allTextContents()).toEqual([
    expect.stringMatching(/strata\.png\s*png image · \d+(\.\d+)? (kB|bytes) of 3\.75 MB/),
    expect.stringMatching(/field_notes\.day3\.md\s*md document · \d+ bytes of 4\.50 MB/),
  ]);
  await look(page, 'chat-files');

  await say(page, 'What are these?');
  await done(page).waitFor();
  expect(await page.getByRole('article', { name: 'You' }).textContent()).toContain(files.image.name);
  const reply = await replies(page).textContent();
  expect(reply).toContain(`png image of ${files.image.buffer.length.toLocaleString('en')} bytes`);
  expect(reply).toContain(`md document field-notes-day3 of ${files.document.buffer.length} bytes`);
  expect(await page.getByRole('list', { name: 'Sources' }).textContent()).toContain('Day 3');
  await look(page, 'chat-described');
});

test('a PDF and a spreadsheet are sent, by names that no earlier document has', async () => {
  const page = await open('chat');
  const attach = async (...some: { name: string; mimeType: string; buffer: Buffer }[]) => {
    await page.getByLabel('Files', { exact: true }).setInputFiles(some);
    await page
      .locator('.composer .attachment.ready')
      .nth(some.length - 1)
      .waitFor();
  };
  await attach(files.report, files.sheet);
  const waiting = page.getByRole('list', { name: 'Files to be sent' });
  expect(await waiting.getByRole('listitem').allTextContents()).toEqual([
    expect.stringMatching(/Core report 7\.pdf\s*pdf document · \d+ bytes of 4\.50 MB/),
    expect.stringMatching(/samples\.xlsx\s*xlsx document · \d+ bytes of 4\.50 MB/),
  ]);
  await say(page, 'What do they say?');
  await done(page).waitFor();
  const [report, sheet] = [files.report.buffer.length, files.sheet.buffer.length];
  expect(await replies(page).textContent()).toContain(
    `pdf document Core report 7 of ${report} bytes. I have read the xlsx document samples of ${sheet} bytes.`,
  );
  await attach(files.report);
  await say(page, 'And this one?');
  await done(page).nth(1).waitFor();
  expect(await replies(page).last().textContent()).toContain('pdf document Core report 7 2 of');
  await look(page, 'chat-documents');
});

test.each([
  ['setup.exe', files.program, /executable|not a format/],
  ['hammer.mp3', files.sound, /None of the models here takes sound\./],
  ['scan.pdf', files.scan, /It is too large: a picture may have 3\.75 MB, a document 4\.50 MB, a video 18\.8 MB\./],
])('%s is refused before it is sent, with the reason', async (name, file, reason) => {
  const page = await open('chat', phone);
  await page.getByLabel('Files', { exact: true }).setInputFiles(file);
  await page.locator('.attachment.refused').getByText(reason).waitFor();
  expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
  await look(page, `phone-refused-${name}`);
});

test('many files leave room for the message', async () => {
  const page = await open('chat', phone);
  const many = Array.from({ length: 5 }, (_, at) => ({ ...files.document, name: `notes ${at}.md` }));
  await page.getByLabel('Files', { exact: true }).setInputFiles(many);
  await page.locator('.composer .attachment.ready').nth(4).waitFor();
  await page.getByRole('button', { name: 'Send' }).click();
  await done(page).waitFor();
});

test('a reply that comes while the page is loaded anew is kept as far as it came', async () => {
  await playground.setSwitches({ slowRegions: ['us-east-1'] });
  const page = await open('chat');
  await say(page, 'Tell me the whole story');
  await streaming(page).getByText('It began as').waitFor();
  await page.reload();
  await page.getByText('Stopped. What had come is kept.').waitFor();
  expect(await replies(page).textContent()).toContain('It began as');
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('a file that Bedrock does not take is refused before it is sent', async () => {
  const page = await open('chat');
  await page.getByLabel('Message', { exact: true }).fill('Run this.');
  await page.getByLabel('Files', { exact: true }).setInputFiles(files.program);
  await page.locator('.attachment.refused').getByText('setup.exe').first().waitFor();
  expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
  await look(page, 'chat-refused');
  await page.getByRole('button', { name: 'Remove setup.exe' }).click();
  expect(await page.getByRole('button', { name: 'Send' }).isEnabled()).toBe(true);
});

test('files are dropped anywhere, and pasted', async () => {
  const page = await open('chat');
  const { name, buffer } = files.image;
  await page.evaluate(`{
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(${JSON.stringify([...buffer])})], '${name}'));
    document.querySelector('#message').dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }));
    document.querySelector('main').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }`);
  await page.getByText('png image').nth(1).waitFor();
});

test('a tool is called, and its input and result are shown', async () => {
  const page = await open('chat');
  await page.getByRole('button', { name: 'Look up gneiss' }).click();
  await page.getByRole('cell', { name: 'metamorphic' }).waitFor();
  await page.getByText('look_up_rock').click();
  const tool = await page.locator('details.tool').textContent();
  expect(tool).toContain('"rock": "gneiss"');
  expect(tool).toContain('"hardness": "7"');
  await done(page).nth(1).waitFor();
  await look(page, 'chat-tool');
});

test('reasoning is folded, and code is highlighted', async () => {
  const page = await open('chat');
  await say(page, 'How old is this gneiss, and why?');
  await say(page, 'ignored while it answers');
  await done(page).waitFor();
  const thought = page.getByText('zircons in it have two ages');
  expect(await thought.isVisible()).toBe(false);
  await page.getByText('What it thought').click();
  await thought.waitFor();
  expect(await page.getByRole('article', { name: 'You' }).count()).toBe(1);
  await say(page, 'Show me some code');
  await page.locator('pre .hljs-keyword').first().waitFor();
  await done(page).nth(1).waitFor();
  await look(page, 'chat-code');
});

test('a reply is stopped, kept, asked again, and its question edited', async () => {
  // So slow that it is not over before it is stopped.
  await playground.setSwitches({ slowRegions: ['us-east-1'] });
  const page = await open('chat');
  await say(page, 'Tell me the whole story');
  await streaming(page).getByText('It began as').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Stopped. What had come is kept.').waitFor();
  expect(await replies(page).textContent()).toContain('It began as');
  expect(await replies(page).textContent()).not.toContain('that is the whole story');

  await playground.setSwitches();
  await page.getByRole('button', { name: 'Ask again' }).click();
  await done(page).getByText('that is the whole story').waitFor();
  await page.getByRole('button', { name: 'Edit this message' }).click();
  expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('Tell me the whole story');
  expect(await replies(page).count()).toBe(0);
});

test('a region goes down in the middle of a reply, and the reply arrives all the same', async () => {
  const page = await open('chat');
  await page.getByLabel('Files', { exact: true }).setInputFiles(files.image);
  await say(page, 'Which rock is this?');
  await done(page).waitFor();
  // So slow that it is not over before it is broken.
  await region(page, 'us-east-1').getByLabel('Slow').click();
  await say(page, 'Tell me the whole story');
  await streaming(page).getByText('It began as').waitFor();
  await region(page, 'us-east-1').getByLabel('Down').click();
  await page.getByRole('list', { name: 'Attempts' }).getByText('unavailable').waitFor();
  await replies(page).getByText('Then two continents met').waitFor();
  await look(page, 'playground');
  await done(page).getByText('that is the whole story').waitFor();
  expect(await replies(page).getByText('The long story of a small outcrop').count()).toBe(1);
  expect(await replies(page).last().textContent()).toMatch(/Claude Haiku 4\.5 in us-west-2 after another attempt/);
  expect(await page.getByRole('list', { name: 'Attempts' }).getByRole('listitem').allTextContents()).toEqual([
    expect.stringMatching(/Claude Haiku 4\.5 us-east-1, geo\s*unavailable/),
    expect.stringMatching(/Claude Haiku 4\.5 us-west-2, geo\s*answered/),
  ]);
  await expectNoJumps(page);
  await look(page, 'fail-over');
});

test('a throttled model is replaced by the next one, and when all is down it says what to do', async () => {
  const page = await open('chat');
  await region(page, 'Throttled models').getByLabel('Claude Haiku 4.5').click();
  await say(page, 'What is granite?');
  await done(page).waitFor();
  expect(await replies(page).textContent()).toMatch(/Nova Pro in us-east-1 after/);
  await region(page, 'Throttled models').getByLabel('Claude Haiku 4.5').click();
  for (const name of ['us-east-1', 'us-west-2']) await region(page, name).getByLabel('Down').click();
  await say(page, 'And basalt?');
  await page.getByRole('alert').getByText('exhausted').waitFor();
  await look(page, 'exhausted');
  await page.getByRole('button', { name: 'Repair everything' }).click();
});

test('the request is copied as TypeScript', async () => {
  const page = await open('chat', { permissions: ['clipboard-read', 'clipboard-write'] });
  await say(page, 'What is marble?');
  await done(page).waitFor();
  await page.getByRole('button', { name: 'Copy the request as TypeScript' }).first().click();
  await page.getByText('Copied').waitFor({ state: 'attached' });
  const code = await page.evaluate('navigator.clipboard.readText()');
  expect(code).toContain("await createUserMessage().addText('What is marble?').build(),");
});

test('conversation, draft and theme survive a reload', async () => {
  const page = await open('chat');
  await say(page, 'What is obsidian?');
  await done(page).waitFor();
  await page.getByLabel('Message', { exact: true }).fill('Not sent yet');
  await page.getByRole('button', { name: 'Theme: auto' }).click();
  await page.getByRole('button', { name: 'Theme: light' }).click();
  await page.reload();
  await done(page).getByText('cooled too quickly').waitFor();
  expect(await page.getByLabel('Message', { exact: true }).inputValue()).toBe('Not sent yet');
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
  await look(page, 'chat-dark');
});

test('on AWS it says in red that replies cost money', async () => {
  const page = await open('models');
  await page.route('**/api/setup', async (route) => {
    const { switches: _, ...setup } = await (await route.fetch()).json();
    await route.fulfill({ json: { ...setup, mode: 'aws' } });
  });
  await page.goto(`${playground.url}/?aws#chat`);
  await page.getByText('AWS: replies cost money').waitFor();
  await page.getByText('On AWS there is nothing to break.').waitFor();
  await look(page, 'aws');
  const failure = { name: 'ConverseError', code: 'credentials', message: 'It failed.', reason: 'expired' };
  await page.route('**/api/chat', (route) =>
    route.fulfill({ contentType: 'text/event-stream', body: `event: failure\ndata: ${JSON.stringify(failure)}\n\n` }),
  );
  await say(page, 'Which rock is this?');
  await page.getByRole('alert').getByText('have expired. Sign in again').waitFor();
});

test('it is used on a phone, in the dark', async () => {
  const page = await open('chat', { ...phone, colorScheme: 'dark' });
  await say(page, 'Show me some code');
  await done(page).waitFor();
  const send = await page.getByRole('button', { name: 'Send' }).boundingBox();
  expect(send?.width).toBe(send?.height);
  await look(page, 'phone-chat');
  await page.getByRole('heading', { name: 'Break it' }).click();
  await region(page, 'us-east-1').getByLabel('Slow').waitFor();
  await look(page, 'phone-break');
  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('rowheader').first().waitFor();
  await look(page, 'phone-models');
});

test('models are searched, filtered and sorted', async () => {
  const page = await open('models');
  await page.getByLabel('Search').fill('haiku');
  await page.getByLabel('Region').selectOption('eu-west-1');
  const names = page.getByRole('rowheader');
  await page.getByRole('columnheader', { name: '$ / M in' }).getByRole('button').click();
  expect(await page.getByRole('columnheader', { name: '$ / M in' }).getAttribute('aria-sort')).toBe('ascending');
  expect((await names.allTextContents()).every((text) => text.includes('Haiku'))).toBe(true);
  await page.getByLabel('Search').fill('');
  await look(page, 'models');
});

test('a bulk run is paused, resumed, and survives that its server is killed', async () => {
  await playground.setSwitches({ requestsPerMinute: 450 });
  const page = await open('bulk');
  await page.getByRole('button', { name: '2,000 samples' }).click();
  await look(page, 'bulk-form');
  const prompts = page.getByLabel('Prompts, one a line');
  await prompts.fill((await prompts.inputValue()).split('\n').slice(0, 300).join('\n'));
  await page.getByLabel('Nova Pro').check();
  await page.getByRole('button', { name: 'Run 300 prompts' }).click();

  await untilEnded(page, 40);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('heading', { name: /^Paused/ }).waitFor();
  await number(page, 'under way').getByText('0', { exact: true }).waitFor();
  await look(page, 'bulk-paused');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('heading', { name: /^Running/ }).waitFor();

  await untilEnded(page, 160);
  await playground.killAndRestart();
  await playground.setSwitches({ requestsPerMinute: 6_000 });
  await page.getByText('were in the journal already').waitFor();
  await page.getByRole('heading', { name: 'Done: 300 of 300' }).waitFor();
  expect(await number(page, 'failed').textContent()).toMatch(/^0/);
  await expectNoJumps(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await look(page, 'bulk-done');

  const answers = await (
    await fetch(`${playground.url}${await page.getByRole('link', { name: 'Answers' }).getAttribute('href')}`)
  ).text();
  const lines = answers
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ id }) => id)).toEqual(Array.from({ length: 300 }, (_, index) => `prompt-${index + 1}`));
  expect(lines[0]).toMatchObject({
    prompt: 'Describe sample 1: it looks like granite.',
    text: expect.stringContaining('Granite'),
  });

  await page.setViewportSize(phone.viewport);
  await look(page, 'phone-bulk');
});

const number = (page: Page, name: string): Locator =>
  page.locator('.numbers > div').filter({ hasText: name }).locator('dd');

async function untilEnded(page: Page, count: number): Promise<void> {
  const ended = () => page.locator('progress').evaluate(({ value }: HTMLProgressElement) => value);
  await expect.poll(ended, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
}
