import { getEventListeners } from 'node:events';
import { type Converse, type ConverseErrorCode, errorFromJson, isConverseError } from '@outcrop/converse';
import { createScriptedConverse, eventsOf, hang, type ScriptedReply, wait } from '@outcrop/converse/testing';
import { createSharedMemory, LLMManager } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { request } from './scene.ts';

const catalog = createCatalog();
const totalMs = 60_000;

const codes: [code: ConverseErrorCode, data?: object][] = [
  ['throttled'],
  ['quota_exhausted'],
  ['unavailable'],
  ['internal'],
  ['model_error'],
  ['model_not_ready'],
  ['timeout', { phase: 'idle' }],
  ['connection'],
  ['stream_truncated'],
  ['malformed_reply'],
  ['credentials'],
  ['access_denied'],
  ['needs_profile'],
  ['context_overflow'],
  ['unsupported_feature', { feature: 'toolConfig' }],
  ['invalid_request', { problems: [] }],
  ['content_refused'],
];

const errors = fc.constantFrom(...codes).map(([code, data]) => errorFromJson({ code, message: 'No.', ...data }));
const begun = eventsOf('Half an answer is none.', { pieceLength: 4 }).slice(0, 4);

/** What a target may answer: mostly something bad. */
const answers: fc.Arbitrary<ScriptedReply> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<ScriptedReply>('Granite.') },
  { weight: 6, arbitrary: errors },
  { weight: 1, arbitrary: errors.map((error) => [...begun, error]) },
  { weight: 1, arbitrary: fc.constant<ScriptedReply>([...begun]) },
  { weight: 1, arbitrary: fc.constant<ScriptedReply>([hang]) },
  { weight: 1, arbitrary: fc.constant<ScriptedReply>([...begun, hang]) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 0, max: 50_000 }).map((ms): ScriptedReply => [wait(ms), ...eventsOf('Gneiss.')]),
  },
);

const calls = fc.record({
  startsAt: fc.integer({ min: 0, max: 60_000 }),
  isStreamed: fc.boolean(),
  restarts: fc.boolean(),
  isRejected: fc.boolean(),
  leavesEarly: fc.boolean(),
  abortsAfter: fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: undefined }),
});

test('whatever goes wrong, every call ends in time, with a reply, a typed error or its own abort, and leaves nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(answers, { minLength: 1, maxLength: 40 }),
      fc.array(calls, { minLength: 1, maxLength: 12 }),
      async (script, plans) => {
        const clock = createVirtualClock();
        const memory = createSharedMemory(clock);
        let turn = 0;
        const manager = new LLMManager({
          models: ['Nova Lite', 'Nova Micro'],
          regions: ['us-east-1', 'us-west-2'],
          catalog,
          ...clock,
          memory,
          deadlines: { totalMs, idleMs: 20_000 },
          connect: (target): Converse =>
            createScriptedConverse(() => script[turn++ % script.length] as ScriptedReply, {
              target,
              delay: clock.delay,
            }),
        });
        const ends = await clock.run(
          Promise.all(
            plans.map(async ({ startsAt, isStreamed, restarts, isRejected, leavesEarly, abortsAfter }) => {
              await clock.delay(startsAt);
              const beganAt = clock.now();
              const caller = new AbortController();
              const reason = { by: 'caller' };
              if (abortsAfter !== undefined) {
                clock.delay(abortsAfter).then(() => caller.abort(reason));
              }
              const options = {
                signal: caller.signal,
                validate: () => (isRejected ? { reason: 'never good enough' } : ('ok' as const)),
                onInterruption: restarts ? ('restart' as const) : ('fail' as const),
              };
              let end: unknown;
              try {
                if (!isStreamed) end = await manager.converse(request, options);
                else {
                  const stream = manager.converseStream(request, options);
                  for await (const _ of stream) if (leavesEarly) break;
                  end = leavesEarly ? 'left' : await stream.response;
                }
              } catch (error) {
                end = error;
              }
              return { end, reason, tookMs: clock.now() - beganAt, signal: caller.signal };
            }),
          ),
        );
        await clock.advance(100_000);
        for (const { end, reason, tookMs, signal } of ends) {
          expect(tookMs).toBeLessThanOrEqual(totalMs);
          const isReply = typeof end === 'object' && end !== null && 'stopReason' in end;
          expect(isReply || isConverseError(end) || end === reason || end === 'left').toBe(true);
          expect(getEventListeners(signal, 'abort')).toHaveLength(0);
        }
        expect(memory.fleet.status().reduce((sum, { inFlight }) => sum + inFlight, 0)).toBe(0);
        expect(clock.pending).toBe(0);
        const { calls: counted } = manager.stats();
        expect(counted.replied + counted.failed + counted.aborted).toBeLessThanOrEqual(plans.length);
      },
    ),
  );
});
