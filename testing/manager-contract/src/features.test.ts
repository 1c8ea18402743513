import { ConverseError, type ConverseRequest } from '@outcrop/converse';
import { expect, test } from 'vitest';
import { endOf, openScene, request } from './scene.ts';

const image = { format: 'png' as const, source: { bytes: new Uint8Array([1]) } };
const picture: ConverseRequest = {
  ...request,
  messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }, { image }] }],
};
const lite = 'us.amazon.nova-lite-v1:0';
const micro = 'us.amazon.nova-micro-v1:0';

test('a picture goes to a model that sees, though another one comes first', async () => {
  const { manager, emulator, clock } = await openScene({ models: [micro, lite] });
  const { servedBy, warnings } = await clock.run(manager.converse(picture));
  expect([servedBy?.id, warnings]).toEqual([lite, undefined]);
  expect(emulator.requests[0]?.request.messages).toEqual(picture.messages);
});

test('a request that no target takes is not sent, unless something may be left out of it', async () => {
  const { manager, emulator, clock } = await openScene({ models: [micro] });
  const { code, message } = await clock.run(endOf(manager.converse(picture)));
  expect([code, emulator.requests.length]).toEqual(['unsupported_feature', 0]);
  expect(message).toBe(
    'None of these models takes image: Nova Micro. Name one that does, or allow that it is left out (retry.allowDropping).',
  );

  const lax = await openScene({ models: [micro], retry: { allowDropping: ['image'] } });
  const { warnings } = await lax.clock.run(lax.manager.converse(picture));
  expect(lax.emulator.requests[0]?.request.messages).toEqual(request.messages);
  expect(warnings).toEqual([
    {
      code: 'feature_dropped',
      message: 'No target takes image, so it was left out, as allowDropping says.',
      path: 'image',
    },
  ]);
});

test('nothing is left out where feature fallback is off', async () => {
  const { manager, clock } = await openScene({
    models: [micro],
    retry: { allowDropping: ['image'], enableFeatureFallback: false },
  });
  expect((await clock.run(endOf(manager.converse(picture)))).code).toBe('unsupported_feature');
});

const refusal = (feature: string) => new ConverseError('unsupported_feature', `No ${feature}.`, { feature });

test('what a model refuses is remembered of it, one thing at a time, in a stated order', async () => {
  const { manager, emulator, clock } = await openScene({
    models: [lite],
    regions: ['us-east-1'],
    retry: { allowDropping: ['system', 'topP', 'stopSequences'] },
  });
  const asked = {
    ...request,
    system: [{ text: 'You know rocks.' }],
    inferenceConfig: { maxTokens: 100, topP: 0.5, stopSequences: ['!'] },
  };
  emulator.when().reply(refusal('system'), refusal('topP'));
  const { warnings } = await clock.run(manager.converse(asked));
  expect(warnings?.map(({ path }) => path)).toEqual(['system', 'topP']);
  const sent = () => emulator.requests.map(({ request: { system, inferenceConfig } }) => [system, inferenceConfig]);
  const rest = { maxTokens: 100, stopSequences: ['!'] };
  expect(sent()).toEqual([
    [asked.system, asked.inferenceConfig],
    [undefined, asked.inferenceConfig],
    [undefined, rest],
  ]);

  await clock.run(manager.converse(asked));
  expect(sent().slice(3)).toEqual([[undefined, rest]]);
});

test('cache points may go by default, because the answer is the same without them', async () => {
  const { manager, emulator, clock } = await openScene({ models: [lite], regions: ['us-east-1'] });
  const cachePoint = { type: 'default' as const };
  emulator.when().reply(refusal('cachePoint'));
  const { warnings } = await clock.run(
    manager.converse({
      ...request,
      messages: [{ role: 'user', content: [{ text: 'Which rock?' }, { cachePoint }] }],
      system: [{ text: 'You know rocks.' }, { cachePoint }],
    }),
  );
  expect(warnings?.map(({ path }) => path)).toEqual(['cachePoint']);
  expect(emulator.requests.at(-1)?.request).toMatchObject({
    messages: [{ role: 'user', content: [{ text: 'Which rock?' }] }],
    system: [{ text: 'You know rocks.' }],
  });
});

test('a guardrail is never left out', async () => {
  const { manager, emulator, clock } = await openScene({ models: [lite] });
  emulator.when().always(refusal('guardrailConfig'));
  const guardrailConfig = { guardrailIdentifier: 'rocks', guardrailVersion: '1' };
  const { code } = await clock.run(endOf(manager.converse({ ...request, guardrailConfig })));
  expect(code).toBe('unsupported_feature');
  expect(emulator.requests.every((each) => each.request.guardrailConfig !== undefined)).toBe(true);
  const retry = { allowDropping: ['guardrailConfig' as never] };
  await expect(openScene({ retry })).rejects.toThrow('(a guardrail is never left out)');
});

test('tools go to a model that can stream them if they are streamed', async () => {
  const { manager, clock } = await openScene({ models: ['Llama 3.1 70B Instruct', lite], regions: ['us-west-2'] });
  const toolSpec = { name: 'weather', inputSchema: { json: { type: 'object' } } };
  const asked = { ...request, toolConfig: { tools: [{ toolSpec }] } };
  expect((await clock.run(manager.converse(asked))).servedBy?.model).toBe('Llama 3.1 70B Instruct');
  expect((await clock.run(manager.converseStream(asked).response)).servedBy?.model).toBe('Nova Lite');
});

test('what is too long for one model goes to a larger one only', async () => {
  const { manager, emulator, clock } = await openScene({
    models: [micro, lite, 'Nova Premier'],
    regions: ['us-east-1'],
  });
  emulator.when({ modelId: micro }).always(new ConverseError('context_overflow', 'Input is too long.'));
  expect((await clock.run(manager.converse(request))).servedBy?.model).toBe('Nova Lite');
  emulator.when().always(new ConverseError('context_overflow', 'Input is too long.'));
  const { code, tries } = await clock.run(endOf(manager.converse(request)));
  expect([code, tries]).toEqual([
    'context_overflow',
    [
      `${micro} us-east-1 context_overflow`,
      `${lite} us-east-1 context_overflow`,
      'us.amazon.nova-premier-v1:0 us-east-1 context_overflow',
    ],
  ]);
});
