import { type ConverseRequest, createFold, isConverseError, type ModelTraits } from '@outcrop/converse';
import { eventsOf, reply, toolCall } from '@outcrop/converse/testing';
import { createEmulator, type Emulator } from '@outcrop/emulator';
import { createCatalog } from '@outcrop/model-catalog';
import { type PreparedRequest, type PrepareOptions, prepareRequest } from '@outcrop/providers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenRequests, hostileRequests, validRequests } from './conversations.ts';

const catalog = createCatalog();
// One of each kind: their traits differ in all that is repaired.
const models = [
  'Claude Haiku 4.5',
  'Claude Opus 5.5',
  'Claude 3.5 Haiku',
  'Nova Lite',
  'Nova 2 Lite',
  'Llama 3.3 70B Instruct',
  'Llama 4 Scout 17B Instruct',
  'Mistral Large 2 (24.07)',
  'Mixtral 8x7B Instruct',
  'DeepSeek-R1',
  'DeepSeek V3.2',
  'Qwen3 32B',
  'gpt-oss-120b',
];
const targets = models.map((name) => {
  const routes = ['us-east-1', 'us-west-2'].flatMap((region) => catalog.routes(name, { region }));
  const [route] = routes;
  if (!route) throw new Error(`No route to ${name}.`);
  return { name, route, traits: route.traits };
});

const options = fc.constantFrom<PrepareOptions[]>(
  {},
  { cache: 'auto' },
  { rung: 'strict_tool' },
  { rung: 'tool' },
  { rung: 'instruction' },
);

let emulator: Emulator;
beforeAll(async () => {
  emulator = await createEmulator();
});
afterAll(() => emulator.close());

describe.each(targets)('prepared for $name', ({ route, traits }) => {
  test('a request is taken by Bedrock as the emulator knows it, or refused with an error that says why', async () => {
    const converse = emulator.connect(route);
    await fc.assert(
      fc.asyncProperty(brokenRequests, options, async (request, options) => {
        const prepared = attempt(request, traits, options);
        if (prepared) await converse.converse(prepared.request);
      }),
    );
  });

  test('a request is prepared once and for all, and the given one stays as it is', () => {
    fc.assert(
      fc.property(brokenRequests, options, (request, options) => {
        const before = structuredClone(request);
        const prepared = attempt(deepFrozen(request), traits, options);
        expect(request).toEqual(before);
        if (!prepared) return;
        const again = prepareRequest(deepFrozen(prepared.request), traits, options);
        expect(again.request).toBe(prepared.request);
        expect(again.warnings).toEqual([]);
        // What was changed was said.
        expect(prepared.warnings.length > 0 || prepared.request === request || options.cache === 'auto').toBe(true);
      }),
    );
  });

  test('reasoning stays the same object, or goes', () => {
    fc.assert(
      fc.property(brokenRequests, (request) => {
        const prepared = attempt(request, traits);
        if (!prepared) return;
        const sent = reasoningIn(prepared.request);
        const given = reasoningIn(request);
        const fits = given.filter(({ reasoningText }) => reasoningText === undefined || reasoningText.signature);
        const signs = traits.reasoning?.supported !== false && traits.family === 'claude';
        if (signs) expect(sent.length).toBe(fits.length);
        let from = 0;
        for (const each of sent) {
          const at = given.indexOf(each, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + 1;
        }
      }),
    );
  });

  test('what is as it should be stays the very same object', async () => {
    const converse = emulator.connect(route);
    await fc.assert(
      fc.asyncProperty(validRequests(traits), async (request) => {
        const prepared = prepareRequest(request, traits);
        expect(prepared.warnings).toEqual([]);
        expect(prepared.request).toBe(request);
        await converse.converse(request);
      }),
    );
  });
});

test('whatever it is given, it prepares it or throws an error that is meant', () => {
  const traits = fc.constantFrom<ModelTraits[]>({}, ...targets.map(({ traits }) => traits));
  fc.assert(
    fc.property(hostileRequests, traits, options, (request, traits, options) => {
      attempt(request, traits, options);
    }),
    { numRuns: 20 * (fc.readConfigureGlobal().numRuns ?? 100) },
  );
});

test('structured output comes back from a stream as from a whole reply', () => {
  const blocks = fc.array(
    fc.oneof(
      fc.constantFrom('Hm.', '```json\n{"rock":1}\n```', ' ```\n[\n]', '{"rock":"```"}', '`', '``\n'),
      fc.constantFrom(toolCall('answer', { rock: 'granite' }), toolCall('answer'), toolCall('look'), {
        reasoningContent: { reasoningText: { text: 'Grey.', signature: 's' } },
      }),
    ),
    { maxLength: 4 },
  );
  const schema = { type: 'object', additionalProperties: false };
  const request: ConverseRequest = {
    messages: [{ role: 'user', content: [{ text: '?' }] }],
    outputConfig: {
      textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: JSON.stringify(schema) } } },
    },
  };
  const rungs = fc.constantFrom<PrepareOptions[]>({}, { rung: 'strict_tool' }, { rung: 'instruction' });
  fc.assert(
    fc.property(blocks, rungs, fc.integer({ min: 1, max: 12 }), (blocks, options, pieceLength) => {
      const prepared = prepareRequest(request, {}, options);
      const given = reply(...blocks);
      const fold = createFold();
      const restore = prepared.restoreEvents();
      for (const event of eventsOf(given, { pieceLength })) for (const each of restore(event)) fold.add(each);
      const whole = createFold();
      for (const event of eventsOf(prepared.restoreReply(given))) whole.add(event);
      expect(fold.response).toEqual(whole.response);
    }),
  );
});

/** The prepared request, unless it was refused by an error that is meant. */
function attempt(
  request: ConverseRequest,
  traits: ModelTraits,
  options: PrepareOptions = {},
): PreparedRequest | undefined {
  try {
    return prepareRequest(request, traits, options);
  } catch (error) {
    if (!isConverseError(error)) throw error;
    expect(['invalid_request', 'unsupported_feature', 'too_large']).toContain(error.code);
    return undefined;
  }
}

function reasoningIn({ messages = [] }: ConverseRequest) {
  return messages.flatMap(({ content }) => content.flatMap(({ reasoningContent }) => reasoningContent ?? []));
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) deepFrozen(inner);
    Object.freeze(value);
  }
  return value;
}
