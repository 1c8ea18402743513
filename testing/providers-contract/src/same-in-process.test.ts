import { type Converse, type ConverseStreamEvent, isConverseError } from '@outcrop/converse';
import { eventsOf } from '@outcrop/converse/testing';
import { type Answer, bedrockError, createEmulator, type Emulator, type Fault, fault } from '@outcrop/emulator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { target, ways } from './scene.ts';

// All but 'clock_skew': told of the service's time, a client signs again, and in process nobody signs.
const faults = [
  'reset',
  'stream_reset',
  'session_drop',
  'half_frame',
  'bad_prelude_crc',
  'bad_crc',
  'lying_length',
  'malformed_json',
  'error_frame',
  'unknown_event',
  'early_end',
  'empty_reply',
  'bad_gateway',
] as const;
const exceptions = [
  'ThrottlingException',
  'ServiceUnavailableException',
  'InternalServerException',
  'ModelStreamErrorException',
  'AccessDeniedException',
  'ValidationException',
] as const;

const anyFault: fc.Arbitrary<Fault> = fc
  .record({
    name: fc.constantFrom(...faults, ...exceptions),
    afterEvents: fc.option(fc.nat(6), { nil: undefined }),
  })
  .map(({ name, afterEvents }) => fault(name, { afterEvents }));

const stepwise = fc
  .record({ cut: fc.nat(6), end: fc.option(fc.constantFrom(...faults, ...exceptions)) })
  .map(({ cut, end }) => {
    const steps: (ConverseStreamEvent | Fault)[] = [...eventsOf('Granite: quartz, feldspar.')].slice(0, cut);
    return end === null ? steps : [...steps, fault(end)];
  });

const anyAnswer: fc.Arbitrary<Answer> = fc.oneof(
  fc.string({ maxLength: 20, unit: 'grapheme' }).map((text) => `Granite ${text}`),
  fc.constantFrom('max_tokens', 'content_filtered', 'from_tomorrow').map((stopReason) => ({ stopReason })),
  fc.record({ inputTokens: fc.nat(99), outputTokens: fc.nat(99) }).map((usage) => ({
    usage: { ...usage, totalTokens: usage.inputTokens + usage.outputTokens },
  })),
  fc.constantFrom(...exceptions).map((name) => bedrockError(name)),
  anyFault,
  stepwise as fc.Arbitrary<Answer>,
);

const anyCall = fc.record({
  isStream: fc.boolean(),
  answer: anyAnswer,
  text: fc.constantFrom('Which rock is this?', 'Say more.', 'Or [[fault: ThrottlingException; after_events=1]]?'),
});

// Most have room for all calls, some for a few.
const anyQuota = fc.record({
  requestsPerMinute: fc.constantFrom(1, 2, 1_000),
  tokensPerMinute: fc.constantFrom(30, 10_000_000),
});

/** What the service itself knows of it. */
function seenBy({ ledger, requests }: Emulator): unknown {
  const { calls, ...counts } = ledger();
  return [counts, calls.map(({ outcome }) => outcome), requests.map(({ outcome }) => outcome?.type)];
}

type Call = typeof anyCall extends fc.Arbitrary<infer T> ? T : never;

async function ask(converse: Converse, { isStream, text }: Call): Promise<unknown> {
  const request = { messages: [{ role: 'user' as const, content: [{ text }] }] };
  try {
    const { output, stopReason, usage } = await (isStream
      ? converse.converseStream(request).response
      : converse.converse(request));
    return { output, stopReason, usage };
  } catch (error) {
    if (!isConverseError(error)) throw error;
    const { code, awsName } = error;
    return { code, awsName };
  }
}

async function askAll(emulator: Emulator, converse: Converse, calls: readonly Call[]): Promise<unknown[]> {
  const came: unknown[] = [];
  for (const call of calls) {
    const rule = emulator.when().always(call.answer);
    came.push(await ask(converse, call));
    rule.end();
  }
  return came;
}

test.each(ways)('%s reads what is read in process', async (_, create) => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 4 }), anyQuota, async (calls, quota) => {
      const options = { quotas: [quota], now: () => 0 };
      await using wire = await createEmulator(options);
      await using inside = await createEmulator(options);
      const bedrock = create(wire.url);
      try {
        const overTheWire = await askAll(wire, bedrock.connect(target), calls);
        const inProcess = await askAll(inside, inside.connect(target), calls);
        expect(overTheWire).toEqual(inProcess);
        expect(seenBy(wire)).toEqual(seenBy(inside));
      } finally {
        await bedrock.close();
      }
    }),
  );
});
