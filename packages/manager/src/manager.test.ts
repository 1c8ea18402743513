import { type Converse, ConverseError, isConverseError, type Target, textOf } from '@outcrop/converse';
import { createScriptedConverse, eventsOf, type Script } from '@outcrop/converse/testing';
import { LLMManager, type ManagerOptions } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';
import { createVirtualClock, type VirtualClock } from '@outcrop/retry-core/testing';
import { expect, test } from 'vitest';

const catalog = createCatalog();
const request = {
  messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }],
  inferenceConfig: { maxTokens: 100 },
};

test('answers from the next region when the first one is out', async () => {
  const { manager, clock } = open({
    'us-east-1': () => new ConverseError('unavailable', 'Bedrock is unable to process your request.'),
    'us-west-2': ['Granite.', 'Gneiss.'],
  });
  const reply = await clock.run(manager.converse(request));
  expect(textOf(reply)).toBe('Granite.');
  expect(reply.servedBy?.region).toBe('us-west-2');
  expect(reply.attempts?.map(({ target, error }) => [target.region, error?.code])).toEqual([
    ['us-east-1', 'unavailable'],
    ['us-west-2', undefined],
  ]);
  const stream = manager.converseStream(request);
  expect(textOf(await clock.run(stream.response))).toBe('Gneiss.');
  expect(clock.pending).toBe(0);
});

test('gives a stream that broke after its first event to its reader as it is', async () => {
  const { manager, clock } = open({
    'us-east-1': [[...eventsOf('Granite, surely.').slice(0, 2), new ConverseError('connection', 'It was reset.')]],
    'us-west-2': ['Gneiss.'],
  });
  const error = await clock.run(manager.converseStream(request).response.catch((error: unknown) => error));
  expect(isConverseError(error) && [error.code, error.attempts.length, error.partial && textOf(error.partial)]).toEqual(
    ['connection', 1, 'Granite, surely.'],
  );
});

function open(
  scripts: Record<string, Script>,
  options: Partial<ManagerOptions> = {},
): { manager: LLMManager; clock: VirtualClock; targets: Target[] } {
  const clock = createVirtualClock();
  const targets: Target[] = [];
  const made = new Map<string, Converse>();
  const manager = new LLMManager({
    models: ['Nova Lite'],
    regions: ['us-east-1', 'us-west-2'],
    catalog,
    ...clock,
    connect(target) {
      targets.push(target);
      let converse = made.get(target.region);
      converse ??= createScriptedConverse(scripts[target.region] ?? [], { target, delay: clock.delay });
      made.set(target.region, converse);
      return converse;
    },
    ...options,
  });
  return { manager, clock, targets };
}
