import { eventsOf } from '@outcrop/converse/testing';
import { type Credential, createEmulator, type Emulator, fault } from '@outcrop/emulator';
import type { DirectBedrockOptions } from '@outcrop/providers/direct';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './launch.ts';
import { bundlePage, serve } from './serve.ts';

// What the page does: it asks Bedrock itself, and keeps what it sees.
const pageCode = `
  import { isConverseError, textOf } from '@outcrop/converse';
  import { createBedrock } from '@outcrop/providers/direct';

  const question = { messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }] }] };
  const target = {
    model: 'Nova Lite', id: 'amazon.nova-lite-v1:0', region: 'eu-west-2', route: 'in_region', quotaKey: 'nova', traits: { invokeFormat: 'nova' },
  };
  const seen = [];
  const outcome = (error) => ({ code: isConverseError(error) ? error.code : String(error), requestId: error.requestId, seen });

  globalThis.ask = async (options, api) => {
    const model = createBedrock(options).connect({ ...target, api });
    return textOf(await model.converse(question));
  };
  globalThis.stream = async (options, api) => {
    const stream = createBedrock(options).connect({ ...target, api }).converseStream(question);
    try {
      for await (const text of stream.text) seen.push(text);
      return { seen, usage: (await stream.response).usage };
    } catch (error) {
      return outcome(error);
    }
  };
  globalThis.leave = async (options, api) => {
    const controller = new AbortController();
    const stream = createBedrock(options).connect({ ...target, api }).converseStream(question, { signal: controller.signal });
    try {
      for await (const text of stream.text) {
        seen.push(text);
        controller.abort('enough');
      }
    } catch (error) {
      return outcome(error);
    }
  };
`;

const keys: [name: string, taken: Credential, auth: DirectBedrockOptions['auth']][] = [
  ['an API key', { bearerToken: 'a-key' }, { apiKey: 'a-key' }],
  [
    'a signature',
    { accessKeyId: 'ASIAPAGE', secretAccessKey: 'lent-secret', sessionToken: 'lent-token' },
    { credentials: { accessKeyId: 'ASIAPAGE', secretAccessKey: 'lent-secret', sessionToken: 'lent-token' } },
  ],
];
const ways = keys.flatMap(([name, credential, auth]) =>
  (['converse', 'invoke'] as const).map((api) => ({ name, credential, auth, api })),
);

let browser: Browser;
let code: string;
beforeAll(async () => {
  [browser, code] = await Promise.all([launchBrowser(), bundlePage(pageCode)]);
});
afterAll(() => browser.close());

async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
  await using server = await serve((request) => {
    const isCode = new URL(request.url).pathname === '/page.js';
    return isCode
      ? new Response(code, { headers: { 'content-type': 'text/javascript' } })
      : new Response('<!doctype html><script type="module" src="/page.js"></script>', {
          headers: { 'content-type': 'text/html' },
        });
  });
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.waitForFunction('globalThis.leave');
  await use(page);
  await page.close();
}

describe.each(ways)('a page that calls $api with $name', ({ credential, auth, api }) => {
  async function run(what: string, arrange: (emulator: Emulator) => void): Promise<unknown> {
    await using emulator = await createEmulator({ credentials: [credential] });
    arrange(emulator);
    let result: unknown;
    await withPage(async (page) => {
      result = await page.evaluate(`${what}(${JSON.stringify({ auth, endpoint: emulator.url })}, '${api}')`);
      await expect.poll(() => emulator.requests.every(({ outcome }) => outcome !== undefined)).toBe(true);
    });
    return result;
  }

  test('gets a whole answer', async () => {
    const text = await run('ask', (emulator) => emulator.when().reply('It is gneiss. 🪨'));
    expect(text).toBe('It is gneiss. 🪨');
  });

  test('gets an answer in pieces', async () => {
    const streamed = await run('stream', (emulator) =>
      emulator.when().reply(eventsOf('It is gneiss.', { pieceLength: 6 })),
    );
    expect(streamed).toMatchObject({ seen: ['It is ', 'gneiss', '.'], usage: { outputTokens: 5 } });
  });

  test('is told that an answer was cut, and by which request', async () => {
    const half = eventsOf('It is gneiss.', { pieceLength: 6 }).slice(0, 2);
    const cut = await run('stream', (emulator) => emulator.when().reply([...half, fault('early_end')]));
    expect(cut).toMatchObject({ code: 'stream_truncated', seen: ['It is '], requestId: expect.any(String) });
  });

  test('lets go of the service when it has heard enough', async () => {
    const gone = Promise.withResolvers<void>();
    const half = eventsOf('It is gneiss.', { pieceLength: 6 }).slice(0, 2);
    const left = await run('leave', (emulator) =>
      emulator.when().reply([
        ...half,
        ({ signal }) => {
          signal.addEventListener('abort', () => gone.resolve());
          return gone.promise;
        },
      ]),
    );
    await gone.promise;
    expect(left).toMatchObject({ code: 'enough', seen: ['It is '] });
  });
});
