import { type Converse, textOf } from '@outcrop/converse';
import { createScriptedConverse, eventsOf, reply, toolCall } from '@outcrop/converse/testing';
import { runTools, streamTools, type ToolOutput, tool } from '@outcrop/manager';
import { expect, test } from 'vitest';
import { z } from 'zod';

const request = { messages: [{ role: 'user' as const, content: [{ text: 'How is the weather?' }] }] };
const citySchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const weather = tool({
  name: 'weather',
  description: 'The weather of a city now.',
  inputSchema: citySchema,
  run: ({ city }: { city: string }) => `It rains in ${city}.`,
});

const asks = (...cities: string[]) =>
  reply('Let me look.', ...cities.map((city) => toolCall('weather', { city }, `use_${city}`)));

test('runs what the model asks for until it answers, all of a turn at once, and all results in one message', async () => {
  const model = createScriptedConverse([asks('Bergen', 'Oslo'), 'It rains everywhere.']);
  const run = await runTools(model, { request, tools: [weather] });
  expect([run.outcome, textOf(run.reply), run.usage.outputTokens]).toEqual(['answered', 'It rains everywhere.', 10]);
  const result = (city: string) => ({
    toolResult: { toolUseId: `use_${city}`, content: [{ text: `It rains in ${city}.` }], status: 'success' },
  });
  expect(run.messages).toEqual([
    ...request.messages,
    asks('Bergen', 'Oslo').output.message,
    { role: 'user', content: [result('Bergen'), result('Oslo')] },
    reply('It rains everywhere.').output.message,
  ]);
  expect(model.calls[0]?.request.toolConfig).toEqual({
    tools: [
      {
        toolSpec: {
          name: 'weather',
          description: 'The weather of a city now.',
          inputSchema: { json: citySchema },
        },
      },
    ],
  });
  expect(request.messages).toHaveLength(1);
});

test("takes Anthropic's flat form", async () => {
  const flat = tool({ name: 'weather', input_schema: citySchema, run: () => 'Sun.' });
  const model = createScriptedConverse([asks('Bergen'), 'Sun.']);
  await runTools(model, { request, tools: [flat] });
  expect(model.calls[0]?.request.toolConfig?.tools[0]?.toolSpec?.inputSchema).toEqual({ json: citySchema });
});

test('a schema of zod tells the model what to write, and checks it', async () => {
  const seen: string[] = [];
  const checked = tool({
    name: 'weather',
    inputSchema: z.object({ city: z.string().min(3), unit: z.enum(['c', 'f']).default('c') }),
    run: ({ city, unit }) => void seen.push(`${city} ${unit}`),
  });
  const model = createScriptedConverse([asks('Oslo', 'Å'), 'Sun.']);
  const { steps } = await runTools(model, { request, tools: [checked] });
  expect(seen).toEqual(['Oslo c']);
  expect(steps[0]?.results).toEqual([
    { toolUseId: 'use_Oslo', content: [{ json: { result: null } }], status: 'success' },
    {
      toolUseId: 'use_Å',
      content: [{ text: expect.stringMatching(/^The input does not fit: city: Too small/) }],
      status: 'error',
    },
  ]);
  expect(model.calls[0]?.request.toolConfig?.tools[0]?.toolSpec?.inputSchema.json).toMatchObject({
    type: 'object',
    required: ['city'],
  });
});

test('a schema that can only check values is refused', async () => {
  const inputSchema = {
    '~standard': { version: 1, vendor: 'none', validate: (value: unknown) => ({ value }) },
  } as const;
  const checking = tool({ name: 'weather', inputSchema: inputSchema as never, run: () => 'Sun.' });
  const model = createScriptedConverse(['Sun.']);
  await expect(runTools(model, { request, tools: [checking] })).rejects.toThrow(TypeError);
});

test('what goes wrong in a tool is told the model', async () => {
  const failing = tool({
    name: 'weather',
    inputSchema: citySchema,
    run() {
      throw new Error('The station is down.');
    },
  });
  const model = createScriptedConverse([reply(toolCall('weather'), toolCall('compass')), 'Sorry.']);
  const { steps } = await runTools(model, { request, tools: [failing] });
  expect(steps[0]?.results).toEqual([
    { toolUseId: 'tooluse_weather', content: [{ text: 'The station is down.' }], status: 'error' },
    {
      toolUseId: 'tooluse_compass',
      content: [{ text: "There is no tool 'compass'. There are: weather." }],
      status: 'error',
    },
  ]);
});

test.each<[ToolOutput, object]>([
  ['Rain.', { text: 'Rain.' }],
  [{ degrees: 7 }, { json: { degrees: 7 } }],
  [[1, 2], { json: { result: [1, 2] } }],
  [7, { json: { result: 7 } }],
  [undefined, { json: { result: null } }],
  [{ content: [{ text: 'As it is.' }] }, { text: 'As it is.' }],
])('a tool may give anything: %j', async (output, block) => {
  const any = tool({ name: 'weather', inputSchema: citySchema, run: () => output });
  const { steps } = await runTools(createScriptedConverse([asks('Bergen'), 'Sun.']), { request, tools: [any] });
  expect(steps[0]?.results[0]?.content).toEqual([block]);
});

test('stops after maxSteps, and says so', async () => {
  const model = createScriptedConverse(() => asks('Bergen'));
  const run = await runTools(model, { request, tools: [weather], maxSteps: 3 });
  expect([run.outcome, run.steps.length, model.calls.length]).toEqual(['max_steps', 3, 3]);
  await expect(runTools(model, { request, tools: [], maxSteps: 0 })).rejects.toThrow(RangeError);
});

test('a tool that has to be used has to be used once', async () => {
  const model = createScriptedConverse([asks('Bergen'), 'Rain.']);
  const toolConfig = { tools: [], toolChoice: { any: {} } };
  await runTools(model, { request: { ...request, toolConfig }, tools: [weather] });
  expect(model.calls.map(({ request }) => request.toolConfig?.toolChoice)).toEqual([{ any: {} }, undefined]);
});

test('an abort ends all at once, even a tool that hears nothing of it', async () => {
  const controller = new AbortController();
  const deaf = tool({
    name: 'weather',
    inputSchema: citySchema,
    run() {
      queueMicrotask(() => controller.abort('enough'));
      return new Promise<string>(() => {});
    },
  });
  const model = createScriptedConverse([asks('Bergen')]);
  const run = runTools(model, { request, tools: [deaf], signal: controller.signal });
  await expect(run).rejects.toBe('enough');
});

test('a streamed run hands out everything on the way', async () => {
  const model = createScriptedConverse([asks('Bergen'), 'It rains.']);
  const kinds: string[] = [];
  for await (const each of streamTools(model, { request, tools: [weather] })) {
    kinds.push(each.type === 'event' ? `${each.step}` : each.type);
    if (each.type === 'end') expect(textOf(each.run.reply)).toBe('It rains.');
  }
  const ofStep = (step: string, count: number) => Array<string>(count).fill(step);
  expect(kinds).toEqual([
    ...ofStep('1', eventsOf(asks('Bergen')).length),
    'reply',
    'results',
    ...ofStep('2', eventsOf('It rains.').length),
    'reply',
    'end',
  ]);
});

test('leaving a streamed run ends its stream and its tools', async () => {
  const ended: string[] = [];
  const model: Converse = createScriptedConverse([
    [({ signal }) => void signal.addEventListener('abort', () => ended.push('stream')), ...eventsOf('A long answer.')],
  ]);
  for await (const _ of streamTools(model, { request, tools: [weather] })) break;
  expect(ended).toEqual(['stream']);
});
