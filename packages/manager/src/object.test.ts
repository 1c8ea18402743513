import { ConverseError, isConverseError, type OutputRung, parseObject } from '@outcrop/converse';
import { createScriptedConverse, reply as replyOf, type Script } from '@outcrop/converse/testing';
import { LLMManager } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';
import { createVirtualClock } from '@outcrop/retry-core/testing';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const request = {
  messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }],
  inferenceConfig: { maxTokens: 100 },
};
const schema = { type: 'object', properties: { rock: { type: 'string' } }, required: ['rock'] };
const granite = '{"rock":"granite"}';
const refusal = new ConverseError('unsupported_feature', 'Extra inputs.', { feature: 'outputConfig' });

// What checks JSON Schemas is loaded when it is first needed, and that takes real time.
beforeAll(() => parseObject(replyOf(granite), schema));

test('gives an object that fits, and the reply that it came with', async () => {
  const { manager, clock, model } = open([granite]);
  const { object, reply } = await clock.run(manager.object<{ rock: string }>(schema, request));
  expect([object.rock, reply.servedBy?.model]).toEqual(['granite', 'Claude Haiku 4.5']);
  expect(model.calls[0]?.request.outputConfig).toEqual({
    textFormat: {
      type: 'json_schema',
      structure: { jsonSchema: { schema: JSON.stringify(schema), name: 'reply' } },
    },
  });
});

test('takes a schema of zod, and gives what it makes of the reply', async () => {
  const { manager, clock } = open(['{"rock":" granite "}']);
  const { object } = await clock.run(manager.object(z.object({ rock: z.string().trim() }), request));
  expect(object.rock).toBe('granite');
});

test('goes down the rungs where one is refused or brings no JSON, and remembers the one that works', async () => {
  const { manager, clock, rungs } = open([refusal, 'It is granite.', granite, granite]);
  const { reply } = await clock.run(manager.object(schema, request));
  expect(reply.attempts?.map(({ error }) => error?.code)).toEqual(['unsupported_feature', 'reply_rejected', undefined]);
  expect(rungs()).toEqual(['native', 'strict_tool', 'tool']);
  await clock.run(manager.object(schema, request));
  expect(rungs().at(-1)).toBe('tool');
  expect(Object.values(manager.snapshot().targets)).toEqual([{ rung: 'tool' }]);
});

test.each<[string, OutputRung]>([
  ['Claude Haiku 4.5', 'native'],
  ['Nova 2 Lite', 'native'],
  ['Claude Opus 5', 'tool'],
  ['Llama 3 70B Instruct', 'native'],
])('%s begins with what it is not known to lack: %s', async (model, rung) => {
  const { manager, clock, rungs } = open([granite], model);
  await clock.run(manager.object(schema, request));
  expect(rungs()).toEqual([rung]);
});

test('asks again, the same way, for JSON that does not fit', async () => {
  const { manager, clock, rungs } = open(['{"stone":"granite"}', granite]);
  await clock.run(manager.object(schema, request));
  expect(rungs()).toEqual(['native', 'native']);
});

test('composes with a validation of the caller', async () => {
  const { manager, clock, model } = open(['{"rock":"basalt"}', granite]);
  let number = 0;
  const validate = () => (++number === 1 ? { reason: 'no basalt here' } : ('ok' as const));
  const { object } = await clock.run(manager.object(schema, request, { validate }));
  expect([object, model.calls.length]).toEqual([{ rock: 'granite' }, 2]);
});

test('ends when every way has been tried', async () => {
  const { manager, clock, rungs } = open(() => 'It is granite.');
  const error = await clock.run(manager.object(schema, request).catch((error: unknown) => error));
  expect(isConverseError(error) && error.code).toBe('exhausted');
  expect(new Set(rungs())).toEqual(new Set(['native', 'strict_tool', 'tool', 'instruction']));
  expect(clock.pending).toBe(0);
});

function open(script: Script, name = 'Claude Haiku 4.5') {
  const clock = createVirtualClock();
  const catalog = createCatalog();
  const { id } = catalog.resolve(name, { region: 'us-west-2' });
  const model = createScriptedConverse(script);
  const manager = new LLMManager({ models: [id], regions: ['us-west-2'], catalog, ...clock, connect: () => model });
  return { manager, clock, model, rungs: () => model.calls.map(({ options }) => options.rung) };
}
