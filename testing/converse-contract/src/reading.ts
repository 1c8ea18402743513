import { createFold, textOf } from '@outcrop/converse';
import { eventsOf, reply } from '@outcrop/converse/testing';
import { expect, test } from 'vitest';
import { all, kindOf, question, said, watch } from './scenes.ts';
import type { Subject } from './subject.ts';

const answer = 'Granite: quartz, feldspar, mica. Härte 6–7, 花崗岩, 🪨.';

export function describeReading({ arrange, testWith }: Subject): void {
  test('answers with the whole reply', async () => {
    const model = await arrange([answer]);
    expect(said(await model.converse(question()))).toEqual(said(reply(answer)));
  });

  test('gives the same reply with and without streaming', async () => {
    const model = await arrange([answer, answer]);
    const whole = await model.converse(question());
    expect(said(await model.converseStream(question()).response)).toEqual(said(whole));
  });

  test('answers with no content at all if that is the reply', async () => {
    const model = await arrange([reply(), reply()]);
    expect((await model.converse(question())).output.message.content).toEqual([]);
    expect((await model.converseStream(question()).response).output.message.content).toEqual([]);
  });

  test('says why it stopped', async () => {
    const cut = { ...reply(answer), stopReason: 'max_tokens' };
    const model = await arrange([cut, cut]);
    expect((await model.converse(question())).stopReason).toBe('max_tokens');
    expect((await model.converseStream(question()).response).stopReason).toBe('max_tokens');
  });

  test('hands the events of a text out in the order of Bedrock, with metadata at the end', async () => {
    const model = await arrange([answer]);
    const kinds = (await all(model.converseStream(question()))).map(kindOf).join(' ');
    expect(kinds).toMatch(/^messageStart( contentBlockDelta)+ contentBlockStop messageStop metadata$/);
  });

  test('hands out events that fold to its reply', async () => {
    const model = await arrange([answer]);
    const stream = model.converseStream(question());
    const fold = createFold();
    for await (const event of stream) fold.add(event);
    expect(fold.response && said(fold.response)).toEqual(said(await stream.response));
  });

  test('gives the text as pieces that make up the whole', async () => {
    const model = await arrange([eventsOf(answer, { pieceLength: 1 })]);
    const stream = model.converseStream(question());
    const pieces = await all(stream.text);
    expect(pieces.join('')).toBe(answer);
    expect(pieces).not.toContain('');
    expect(textOf(await stream.response)).toBe(answer);
  });

  testWith('reasoning')('keeps what was thought apart from what was said, signature and all', async () => {
    const thought = { reasoningContent: { reasoningText: { text: 'Coarse grains …', signature: 'c2lnbmVk' } } };
    const model = await arrange([reply(thought, answer), reply(thought, answer), reply(thought, answer)]);
    const whole = await model.converse(question());
    expect(whole.output.message.content).toEqual([thought, { text: answer }]);
    expect(said(await model.converseStream(question()).response)).toEqual(said(whole));
    expect((await all(model.converseStream(question()).text)).join('')).toBe(answer);
  });

  test('reads itself to the end when only the reply is awaited', async () => {
    const model = await arrange([answer]);
    expect(textOf(await model.converseStream(question()).response)).toBe(answer);
  });

  test('gives the reply beside the events, asked for before or after them', async () => {
    const model = await arrange([answer, answer]);
    const before = model.converseStream(question());
    const [reply, events] = await Promise.all([before.response, all(before)]);
    expect(textOf(reply)).toBe(answer);
    expect(events.map(kindOf).at(-1)).toBe('metadata');

    const after = model.converseStream(question());
    await all(after);
    expect(textOf(await after.response)).toBe(answer);
    expect(await after.response).toBe(await after.response);
  });

  test.each(['stream', 'text', 'response'] as const)('refuses to be read again after its %s was', async (first) => {
    const model = await arrange([answer]);
    const stream = model.converseStream(question());
    await { stream: () => all(stream), text: () => all(stream.text), response: () => stream.response }[first]();
    await expect(async () => all(stream)).rejects.toThrow(TypeError);
    await expect(async () => all(stream.text)).rejects.toThrow(TypeError);
    expect(textOf(await stream.response)).toBe(answer);
  });

  test('sends nothing before the first use', async () => {
    const watched = watch();
    const model = await arrange([[watched.step, ...eventsOf(answer)]]);
    const stream = model.converseStream(question());
    await Promise.resolve();
    expect(watched.count()).toBe(0);
    await stream.response;
    expect(watched.count()).toBe(1);
  });

  test('is at its end for good once it was read', async () => {
    const model = await arrange([answer]);
    const events = model.converseStream(question())[Symbol.asyncIterator]();
    while (!(await events.next()).done);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test('serves a reader who asks for several events at once, in turn', async () => {
    const model = await arrange([answer]);
    const events = model.converseStream(question())[Symbol.asyncIterator]();
    const results = await Promise.all(Array.from({ length: 50 }, () => events.next()));
    const fold = createFold();
    for (const { done, value } of results) if (!done) fold.add(value);
    expect(fold.response && textOf(fold.response)).toBe(answer);
    expect(results.at(-1)).toEqual({ done: true, value: undefined });
  });

  test("leaves the caller's request as it was", async () => {
    const request = { ...question(), system: [{ text: 'You know rocks.' }], inferenceConfig: { maxTokens: 100 } };
    const before = structuredClone(request);
    const model = await arrange([answer, answer]);
    await model.converse(frozen(request));
    await model.converseStream(frozen(request)).response;
    expect(request).toEqual(before);
  });

  test('keeps calls apart that run at the same time', async () => {
    const model = await arrange(({ request }) => `Answer to ${request.messages?.[0]?.content[0]?.text}`);
    const questions = Array.from({ length: 20 }, (_, index) => `question ${index}`);
    const replies = await Promise.all(
      questions.map((text, index) =>
        index % 2 === 0 ? model.converse(question(text)) : model.converseStream(question(text)).response,
      ),
    );
    expect(replies.map((reply) => textOf(reply))).toEqual(questions.map((text) => `Answer to ${text}`));
  });
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) frozen(inner);
    Object.freeze(value);
  }
  return value;
}
