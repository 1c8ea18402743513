import { getEventListeners } from 'node:events';
import { type Converse, ConverseError } from '@outcrop/converse';
import {
  createScriptedConverse,
  eventsOf,
  hang,
  reply,
  type ScriptStep,
  toolCall,
  wait,
} from '@outcrop/converse/testing';
import { createSharedMemory, LLMManager, tool } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';
import { createVirtualClock, type VirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { request } from './scene.ts';

const catalog = createCatalog();
const totalMs = 60_000;
const schema = {
  type: 'object',
  properties: { rock: { type: 'string' } },
  required: ['rock'],
  additionalProperties: false,
};

/** Replies that ask for tools, fit the schema or neither, whole or in pieces, and troubles between them. */
const replies = {
  json: reply('{"rock":"granite"}'),
  words: reply('It is granite.'),
  tools: reply(toolCall('slow', {}, 'tooluse_1'), toolCall('deaf', {}, 'tooluse_2')),
};

const steps = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ says: fc.constantFrom('json', 'words', 'tools', 'tools'), gapMs: fc.nat(3_000) }),
  },
  { weight: 2, arbitrary: fc.constantFrom('throttled', 'internal', 'unavailable') },
  { weight: 1, arbitrary: fc.constant('hang') },
) as fc.Arbitrary<{ says: keyof typeof replies; gapMs: number } | 'throttled' | 'internal' | 'unavailable' | 'hang'>;

type Call = (manager: LLMManager, signal: AbortSignal, clock: VirtualClock, most: number) => Promise<unknown>;

const toolsFor = (clock: VirtualClock) => [
  tool({
    name: 'slow',
    inputSchema: { type: 'object' },
    run: (_, { signal }) => clock.delay(2_000, signal).then(() => 'Slowly.'),
  }),
  tool({ name: 'deaf', inputSchema: { type: 'object' }, run: () => clock.delay(1_000).then(() => 'At last.') }),
];

const calls = {
  converse: (manager, signal) => manager.converse(request, { signal }),
  events: (manager, signal) => readOf(manager.converseStream(request, { signal })),
  response: (manager, signal) => manager.converseStream(request, { signal, onInterruption: 'restart' }).response,
  text: (manager, signal) => readOf(manager.converseStream(request, { signal }).text),
  left: (manager, signal, _, most) => readOf(manager.converseStream(request, { signal }), most),
  object: (manager, signal) => manager.object(schema, request, { signal }),
  runTools: (manager, signal, clock) => manager.runTools({ request, tools: toolsFor(clock), signal }),
  streamTools: (manager, signal, clock) => readOf(manager.streamTools({ request, tools: toolsFor(clock), signal })),
  streamToolsLeft: (manager, signal, clock, most) =>
    readOf(manager.streamTools({ request, tools: toolsFor(clock), signal }), most),
} satisfies Record<string, Call>;

async function readOf(events: AsyncIterable<unknown>, most = Number.POSITIVE_INFINITY): Promise<'read' | 'left'> {
  let left = most;
  for await (const _ of events) if (left-- <= 0) return 'left';
  return 'read';
}

test.each(Object.entries(calls) as [string, Call][])(
  '%s, aborted at any instant, ends there with the reason of its signal, and leaves nothing behind',
  async (_, call) => {
    const plans = fc.record({
      script: fc.array(steps, { minLength: 1, maxLength: 8 }),
      abortAtMs: fc.nat(20_000),
      most: fc.nat(8),
      // By the clock, or right where an event is told of.
      abortOnEvent: fc.option(fc.nat(6), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(plans, async ({ script, abortAtMs, most, abortOnEvent }) => {
        const clock = createVirtualClock();
        const memory = createSharedMemory(clock);
        const caller = new AbortController();
        const reason = { by: 'the caller' };
        let abortedAt: number | undefined;
        const abort = () => {
          abortedAt ??= clock.now();
          caller.abort(reason);
        };
        let turn = 0;
        let events = 0;
        const answer = () => {
          const next = script[turn++ % script.length];
          if (next === 'hang') return [hang];
          if (next === undefined || typeof next === 'string') return new ConverseError(next ?? 'internal', 'No.');
          return eventsOf(replies[next.says]).flatMap((event): ScriptStep[] => [wait(next.gapMs), event]);
        };
        const manager = new LLMManager({
          models: ['Nova Lite', 'Nova Micro'],
          regions: ['us-east-1', 'us-west-2'],
          catalog,
          ...clock,
          memory,
          deadlines: { totalMs },
          connect: (target): Converse => createScriptedConverse(answer, { target, delay: clock.delay }),
          onEvent({ type }) {
            // With the reply the call is over, and what was paid for is handed out.
            if (type !== 'reply' && events++ === abortOnEvent) abort();
          },
        });
        const ended = new AbortController();
        clock.delay(abortAtMs, ended.signal).then(abort, () => {});
        const end = await clock.run(
          call(manager, caller.signal, clock, most).then(
            () => 'done',
            (error: unknown) => (error === reason ? 'aborted' : error instanceof Error ? 'failed' : error),
          ),
        );
        const endedAt = clock.now();
        ended.abort();
        // A tool that hears of no signal goes on for a second.
        await clock.advance(1_000);
        if (abortedAt === undefined) expect(end).not.toBe('aborted');
        else expect([end, endedAt]).toEqual(['aborted', abortedAt]);
        expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
        expect(memory.fleet.status().reduce((sum, { inFlight }) => sum + inFlight, 0)).toBe(0);
        expect(clock.pending).toBe(0);
      }),
    );
  },
);
