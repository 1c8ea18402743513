import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ConverseError, textOf } from '@outcrop/converse';
import { createScriptedConverse } from '@outcrop/converse/testing';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runAll } from '../index.ts';
import { ask, createSubject, requestsOf } from '../subject.ts';
import { JournalError, type JournalOptions, openJournal } from './index.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outcrop-journal-'));
  path = join(folder, 'answers.journal');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the requests with the journal, and says what came of them and what was sent. */
async function run(
  requests = requestsOf(4),
  {
    answer = (text: string): string | Error => `${text}!`,
    ...options
  }: JournalOptions & { answer?: (text: string) => string | Error } = {},
) {
  const clock = createVirtualClock();
  const subject = createSubject(clock, { answer });
  using journal = openJournal(path, options);
  const { known, damaged } = journal;
  const result = await clock.run(runAll(subject, requests, { ...clock, journal }).result);
  const said = result.outcomes.map((outcome) => (outcome.type === 'ok' ? textOf(outcome.reply) : outcome.type));
  return { known, damaged, said, asked: subject.asked, result };
}

// What waits for a disk waits in real time.
const atOnce = createScriptedConverse(() => 'yes');

const failingOn = (wrong: string) => (text: string) =>
  text === wrong ? new ConverseError('throttled', 'Too many requests.', { limit: 'tokens' }) : `${text}!`;

describe('a run that is taken up again', () => {
  test('calls nothing again that it knows, and has the same outcomes', async () => {
    const first = await run(requestsOf(4), { answer: failingOn('2') });
    const second = await run();
    expect(first).toMatchObject({ known: 0, said: ['1!', 'failed', '3!', '4!'], asked: ['1', '2', '3', '4'] });
    expect(second).toMatchObject({ known: 4, said: ['1!', 'failed', '3!', '4!'], asked: [] });
    const { usage, cost, throttles } = first.result;
    expect({ usage, throttles }).toEqual({ usage: { inputTokens: 9, outputTokens: 6, totalTokens: 15 }, throttles: 0 });
    expect(second.result).toMatchObject({
      restored: 4,
      ok: 3,
      failed: 1,
      usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
      cost: { usd: 0, status: 'priced' },
      restoredUsage: usage,
      restoredCost: cost,
      retries: 0,
    });
    const [before, after] = [first, second].map(({ result }) => result.byId['request_2']);
    expect(after).toEqual({ ...before, restored: true });
    expect(second.result.byId['request_1']).toEqual({ ...first.result.byId['request_1'], restored: true });
  });

  test('calls again what failed, if asked to, and keeps what came of it', async () => {
    await run(requestsOf(4), { answer: failingOn('2') });
    const second = await run(requestsOf(4), { retryFailed: true });
    expect(second).toMatchObject({ said: ['1!', '2!', '3!', '4!'], asked: ['2'] });
    expect(await run()).toMatchObject({ said: ['1!', '2!', '3!', '4!'], asked: [] });
  });

  test('goes on with what was not there yet', async () => {
    await run(requestsOf(2));
    expect(await run(requestsOf(4))).toMatchObject({ known: 2, asked: ['3', '4'] });
  });

  test('brings bytes back as they were', async () => {
    const clock = createVirtualClock();
    const image = { image: { format: 'png' as const, source: { bytes: Uint8Array.of(1, 2, 255) } } };
    const requests = [{ messages: [{ role: 'user' as const, content: [image, { text: 'x' }] }] }];
    const subject = createSubject(clock);
    const echo: typeof subject = {
      ...subject,
      async converse(request, options) {
        const reply = await subject.converse(request, options);
        return { ...reply, output: { message: { role: 'assistant', content: [image] } } };
      },
    };
    for (const known of [0, 1]) {
      using journal = openJournal(path);
      const result = await clock.run(runAll(echo, requests, { ...clock, journal }).result);
      expect(journal.known).toBe(known);
      const [outcome] = result.outcomes;
      expect(outcome?.type === 'ok' && outcome.reply.output.message.content).toEqual([image]);
    }
    expect(subject.asked).toHaveLength(1);
  });

  test('that waits until it is on the disk, does so for all of it', async () => {
    const journal = openJournal(path, { durability: 'power_loss' });
    await runAll(atOnce, requestsOf(300), { journal }).summary;
    journal.close();
    expect(await run(requestsOf(300))).toMatchObject({ known: 300, asked: [] });
  });

  test('stands in the journal before it is told', async () => {
    using journal = openJournal(path);
    const inJournal: boolean[] = [];
    for await (const { id } of runAll(atOnce, requestsOf(3), { journal })) {
      inJournal.push(readFileSync(path, 'utf8').includes(`"${id}"`));
    }
    expect(inJournal).toEqual([true, true, true]);
  });

  test('wherever the file was cut, loses no outcome that was whole and calls nothing whole again', async () => {
    await run();
    const whole = readFileSync(path);
    const ends = [...whole.keys()].filter((at) => whole[at] === 0x0a).map((at) => at + 1);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (length) => {
        writeFileSync(path, whole);
        truncateSync(path, length);
        const known = Math.max(0, ends.filter((end) => end <= length).length - 1);
        const { asked, said, ...rest } = await run();
        expect({ known: rest.known, calls: asked.length, said }).toEqual({
          known,
          calls: 4 - known,
          said: ['1!', '2!', '3!', '4!'],
        });
      }),
    );
  });

  test('calls again what stands in a line that was damaged', async () => {
    await run();
    const lines = readFileSync(path, 'utf8').split('\n');
    lines[2] = String(lines[2]).replace('!', '?');
    writeFileSync(path, lines.join('\n'));
    const { known, damaged, asked } = await run();
    expect([known, damaged, asked]).toEqual([3, 1, ['2']]);
  });
});

describe('refused is', () => {
  const refusal = (action: () => unknown): Pick<JournalError, 'code' | 'message'> => {
    try {
      action();
    } catch (error) {
      const { code, message } = error as JournalError;
      return { code, message };
    }
    throw new Error('It was not refused.');
  };

  test('a journal of another input', async () => {
    await run();
    const others = [ask('Something else.')];
    await expect(run(others)).rejects.toEqual(
      new JournalError(
        'other_input',
        `The journal ${path} knows another request by the id 'request_1': it belongs to another input. Give this run a journal of its own.`,
      ),
    );
    expect((await run()).asked).toEqual([]);
  });

  test.each([
    ['a file of something else', 'id,prompt\n1,Hello\n'],
    ['one without a line', 'Hello'],
    ['a header of another version', '00000000 {"outcrop":"journal","version":2}\n'],
  ])('%s, which stays as it was', (_, content) => {
    writeFileSync(path, content);
    expect(refusal(() => openJournal(path))).toEqual({
      code: 'no_journal',
      message: `${path} is no journal of this version: give the run another file.`,
    });
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(readdirSync(folder)).toEqual(['answers.journal']);
  });

  test('a second user, and the first goes on', async () => {
    const journal = openJournal(path);
    expect(refusal(() => openJournal(path)).code).toBe('locked');
    journal.close();
    expect(await run()).toMatchObject({ known: 0 });
  });
});

test('the lock of a process that is gone, or whose number another one has got, is no lock', async () => {
  writeFileSync(`${path}.lock-4194305-x`, '');
  writeFileSync(`${path}.lock-1-x`, '{"started":"0"}');
  // The same machine before it was started anew, or the same container.
  writeFileSync(`${path}.lock-${process.pid}-x`, JSON.stringify({ host: hostname(), world: 'before' }));
  expect(await run()).toMatchObject({ known: 0 });
  expect(readdirSync(folder)).toEqual(['answers.journal']);
});

test.each([
  [
    'of another machine or container',
    '4194305',
    { host: 'elsewhere' },
    ' of elsewhere: wait for it, or end it. If it is gone',
  ],
  [
    'that was not written to its end',
    String(process.pid),
    undefined,
    ': wait for it, or end it. If it is none of yours',
  ],
])('a lock %s is a lock, and who knows better is told what to delete', (_, pid, owner, why) => {
  const other = `${path}.lock-${pid}-x`;
  writeFileSync(other, owner ? JSON.stringify(owner) : '{"ho');
  expect(() => openJournal(path)).toThrow(
    new JournalError('locked', `The journal ${path} is in use by process ${pid}${why}, delete ${other}.`),
  );
  expect(readdirSync(folder)).toEqual([basename(other)]);
});

describe('what all answers have in common', () => {
  test('has to be the same when a run goes on', async () => {
    await run(requestsOf(2), { about: { models: 'Nova Lite', target: 'aws' } });
    expect(await run(requestsOf(3), { about: { models: 'Nova Lite', target: 'aws' } })).toMatchObject({
      known: 2,
      asked: ['3'],
    });
    const other = () => openJournal(path, { about: { target: 'aws', models: 'Nova Pro' } });
    expect(other).toThrow(
      new JournalError(
        'other_about',
        `The journal ${path} was begun with something else: models was 'Nova Lite' and is 'Nova Pro'.`,
        { differences: [{ name: 'models', was: 'Nova Lite', is: 'Nova Pro' }] },
      ),
    );
    expect(readdirSync(folder)).toEqual(['answers.journal']);
  });

  test('is compared as far as both know it', async () => {
    await run(requestsOf(2), { about: { models: 'Nova Lite' } });
    expect(await run(requestsOf(2), { about: { schema: 'x' } })).toMatchObject({ known: 2, asked: [] });
    expect(await run(requestsOf(2))).toMatchObject({ known: 2, asked: [] });
    rmSync(path);
    await run(requestsOf(2));
    expect(await run(requestsOf(2), { about: { models: 'Nova Lite' } })).toMatchObject({ known: 2, asked: [] });
  });

  test('is no place for whole prompts', () => {
    expect(() => openJournal(path, { about: { system: 'x'.repeat(1 << 16) } })).toThrow(
      'about: It has to be shorter than 65536 bytes (give hashes)',
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('a journal is one, by whatever way it is reached', () => {
  const link = join(folder, 'link.journal');
  using _ = openJournal(path);
  symlinkSync(path, link);
  expect(() => openJournal(link)).toThrow(/in use/);
});

test.each([
  ['whose folder is not there', () => join(folder, 'nowhere', 'a.journal'), 'ENOENT'],
  ['that is a folder', () => folder, 'EISDIR'],
])('a path %s is said to be one', (_, pathOf, code) => {
  const wrong = pathOf();
  expect(() => openJournal(wrong)).toThrow(
    new JournalError(
      'write_failed',
      `The journal ${wrong} cannot be opened (${code}): look at its folder and at who may write there.`,
    ),
  );
});

test('a journal that is deleted under its run ends it', async () => {
  using journal = openJournal(path);
  const outcomes = runAll(atOnce, requestsOf(9), { journal, maxConcurrency: 1 })[Symbol.asyncIterator]();
  expect((await outcomes.next()).value?.type).toBe('ok');
  rmSync(path);
  const rest = async () => {
    while (!(await outcomes.next()).done);
  };
  await expect(rest()).rejects.toThrow(`The journal ${path} was deleted while it was in use.`);
});

test('a journal that was closed under its run says so', async () => {
  const journal = openJournal(path);
  const result = runAll(atOnce, requestsOf(3), { journal }).result;
  journal.close();
  await expect(result).rejects.toThrow(`The journal ${path} was closed before its run had ended: await the run first.`);
});

test('what comes from the journal says nothing of how fast the rest will be', async () => {
  await run(requestsOf(500));
  const clock = createVirtualClock();
  using journal = openJournal(path);
  const again = runAll(createSubject(clock), requestsOf(510), { ...clock, journal, maxConcurrency: 1 });
  const result = again.result;
  await clock.advance(5_500);
  expect(again.progress()).toMatchObject({ ended: 505 });
  expect(again.progress().perSecond).toBeLessThan(2);
  await clock.run(result);
});

test('a record takes the bytes of its line, and no prompt', async () => {
  await run([ask('A secret prompt.')], { answer: () => 'yes' });
  const before = statSync(path).size;
  expect(readFileSync(path, 'utf8')).not.toContain('secret');
  appendFileSync(path, 'torn');
  await run([ask('A secret prompt.')]);
  expect(statSync(path).size).toBe(before);
});
