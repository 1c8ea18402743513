import type { Converse, ConverseErrorCode, ConverseResponse } from '@outcrop/converse';
import { ConverseError } from '@outcrop/converse';
import { requestFromJson } from '@outcrop/converse/json';
import { toSse } from '@outcrop/converse/sse';
import { createScriptedConverse, eventsOf, reply, type ScriptStep, toolCall } from '@outcrop/converse/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch.ts';
import { bundlePage, serve } from './serve.ts';

// What the page does: it asks, and keeps what it sees.
const pageCode = `
  import { isConverseError, textOf, toolUsesOf } from '@outcrop/converse';
  import { toJson } from '@outcrop/converse/json';
  import { fromSse } from '@outcrop/converse/sse';

  globalThis.seen = [];
  globalThis.ask = async (bytes, leaveAfter = Infinity) => {
    const image = { format: 'png', source: { bytes: new Uint8Array(bytes) } };
    const request = { messages: [{ role: 'user', content: [{ text: 'What is this?' }, { image }] }] };
    const stream = fromSse(await fetch('/chat', { method: 'POST', body: JSON.stringify(toJson(request)) }));
    try {
      for await (const text of stream.text) {
        seen.push(text);
        if (seen.length === leaveAfter) return { left: true };
      }
      const reply = await stream.response;
      return { text: textOf(reply), tools: toolUsesOf(reply), reply };
    } catch (error) {
      return { code: isConverseError(error) ? error.code : String(error), partial: error.partial && textOf(error.partial) };
    }
  };
`;

type Outcome = {
  text?: string;
  tools?: unknown;
  reply?: ConverseResponse;
  left?: true;
  code?: ConverseErrorCode;
  partial?: string;
};

let browser: Browser;
let code: string;
beforeAll(async () => {
  [browser, code] = await Promise.all([launchBrowser(), bundlePage(pageCode)]);
});
afterAll(() => browser.close());

/** Opens the page on a server that answers with this model, and shows it to `use`. */
async function withPage(model: Converse, use: (page: Page) => Promise<void>): Promise<void> {
  await using server = await serve(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/chat') {
      const question = requestFromJson(await request.text(), { maxBytes: 1_000 });
      return toSse(model.converseStream(question, { signal: request.signal }));
    }
    if (pathname === '/page.js') return new Response(code, { headers: { 'content-type': 'text/javascript' } });
    const html = '<!doctype html><script type="module" src="/page.js"></script>';
    return new Response(html, { headers: { 'content-type': 'text/html' } });
  });
  const page = await browser.newPage();
  await page.goto(server.url);
  await use(page);
  await page.close();
}

function ask(page: Page, ...args: number[]): Promise<Outcome> {
  return page.evaluate(`ask([137, 80, 78, 71], ${args.join()})`);
}

test('a page sends bytes, and reads the reply that the server has, tool calls included', async () => {
  const answer = reply('It is gneiss. 🪨', toolCall('age', { of: 'gneiss' }));
  const model = createScriptedConverse([answer]);
  await withPage(model, async (page) => {
    const { text, tools, reply: read } = await ask(page);
    expect(text).toBe('It is gneiss. 🪨');
    expect(tools).toEqual([{ toolUseId: 'tooluse_age', name: 'age', input: { of: 'gneiss' } }]);
    expect(read).toMatchObject({ output: answer.output, stopReason: 'tool_use', usage: answer.usage });
    expect(model.calls[0]?.request.messages?.[0]?.content[1]?.image?.source.bytes).toEqual(
      new Uint8Array([137, 80, 78, 71]),
    );
  });
});

test('text reaches the page while the model still writes', async () => {
  const written = Promise.withResolvers<void>();
  const [start, first, ...rest] = eventsOf('It is gneiss.', { pieceLength: 6 });
  const model = createScriptedConverse([[start, first, () => written.promise, ...rest] as ScriptStep[]]);
  await withPage(model, async (page) => {
    const answer = ask(page);
    await page.waitForFunction('seen.length === 1');
    expect(await page.evaluate('seen')).toEqual(['It is ']);
    written.resolve();
    expect((await answer).text).toBe('It is gneiss.');
  });
});

test('an error in the middle reaches the page with its code and what had come', async () => {
  const broken = [...eventsOf('It is gneiss.').slice(0, 2), new ConverseError('connection', 'Reset by 10.0.0.1.')];
  await withPage(createScriptedConverse([broken]), async (page) => {
    expect(await ask(page)).toEqual({ code: 'connection', partial: 'It is gneiss.' });
  });
});

test('a page that leaves ends the call on the server', async () => {
  const ended = Promise.withResolvers<void>();
  const endless = eventsOf('la la la').slice(0, 2);
  const untilLeft: ScriptStep = ({ signal }) => {
    signal.addEventListener('abort', () => ended.resolve());
    return ended.promise;
  };
  await withPage(createScriptedConverse([[...endless, untilLeft]]), async (page) => {
    expect(await ask(page, 1)).toEqual({ left: true });
    await ended.promise;
  });
});
