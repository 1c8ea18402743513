import type { ContentBlock, ConverseRequest, Message, ModelTraits } from '@outcrop/converse';
import { prepareRequest } from '@outcrop/providers';
import { expect, test } from 'vitest';

const long = 'granite '.repeat(1_000);
const user = (...content: ContentBlock[]): Message => ({ role: 'user', content });
const assistant = (...content: ContentBlock[]): Message => ({ role: 'assistant', content });
const text = (text: string) => ({ text });
const tool = (description: string) => ({
  toolSpec: { name: 'look', description, inputSchema: { json: { type: 'object' } } },
});
const claude: ModelTraits = {
  caching: { supported: true, places: ['tools', 'system', 'messages'], minTokens: 1_000, maxPoints: 4 },
};
const nova: ModelTraits = { caching: { supported: true, places: ['system', 'messages'], minTokens: 1_000 } };

/** Where points stand: behind the tools, behind the system prompt, and at the end of which messages. */
function placesOf({ toolConfig, system, messages = [] }: ConverseRequest) {
  return [
    ...(toolConfig?.tools.at(-1)?.cachePoint ? ['tools'] : []),
    ...(system?.at(-1)?.cachePoint ? ['system'] : []),
    ...messages.flatMap(({ content }, index) => (content.at(-1)?.cachePoint ? [index] : [])),
  ];
}

const whole: ConverseRequest = {
  toolConfig: { tools: [tool(long)] },
  system: [text(long)],
  messages: [user(text(long)), assistant(text('1')), user(text('2')), assistant(text('3')), user(text('4'))],
};

test.each<[string, ModelTraits, ConverseRequest, (string | number)[]]>([
  ['everywhere, and on the last two turns of the user', claude, whole, ['tools', 'system', 2, 4]],
  ['not where the model caches nothing', nova, whole, ['system', 2, 4]],
  ['no more than the model takes', { caching: { ...claude.caching, maxPoints: 2 } }, whole, ['tools', 'system']],
  [
    'not before there is enough',
    claude,
    { ...whole, toolConfig: { tools: [tool('Looks.')] }, system: [text('Be brief.')] },
    [2, 4],
  ],
  ['nowhere in what is short', claude, { messages: [user(text('Hi'))] }, []],
  ['nowhere, of a model of which it is not known', {}, whole, []],
  [
    'not behind a document that is no PDF',
    claude,
    { messages: [user(text(long), { document: { format: 'txt', name: 'a', source: { text: long } } })] },
    [],
  ],
  [
    'not beside results of a model that takes them alone',
    { ...nova, tools: { textBesideResults: false } },
    {
      messages: [
        user(text(long)),
        assistant({ toolUse: { toolUseId: 'a', name: 'look', input: {} } }),
        user({ toolResult: { toolUseId: 'a', content: [text('Granite.')] } }),
      ],
      toolConfig: { tools: [tool('Looks.')] },
    },
    [0],
  ],
])('cache points are planned %s', (_, traits, request, places) => {
  const prepared = prepareRequest(request, traits, { cache: 'auto' });
  expect(placesOf(prepared.request)).toEqual(places);
  expect(prepared.warnings).toEqual([]);
  if (places.length === 0) expect(prepared.request).toBe(request);
  expect(prepareRequest(prepared.request, traits, { cache: 'auto' }).request).toBe(prepared.request);
});

test('points of the caller are the only ones', () => {
  const request = { ...whole, system: [text('Be brief.'), { cachePoint: { type: 'default' } as const }] };
  expect(prepareRequest(request, claude, { cache: 'auto' }).request).toBe(request);
});

test('without being asked none is planned', () => {
  expect(prepareRequest(whole, claude).request).toBe(whole);
});

test('the part that was cached stays the same when the conversation grows', () => {
  const { messages = [], ...rest } = whole;
  const first = prepareRequest(whole, claude, { cache: 'auto' }).request;
  const grown = { ...rest, messages: [...messages, assistant(text('5')), user(text('6'))] };
  const second = prepareRequest(grown, claude, { cache: 'auto' }).request;
  expect(placesOf(second)).toEqual(['tools', 'system', 4, 6]);
  // The second call reads at message 4 what the first one wrote there.
  expect(second.messages?.[4]).toEqual(first.messages?.[4]);
});
