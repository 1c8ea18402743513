// What is answered in the cases of `wire-cases.ts`.
import type { ConverseStreamEvent } from '@outcrop/converse';
import { eventsOf, reply, toolCall } from '@outcrop/converse/testing';

export const text = 'It is gneiss. 🪨';
export const tromso = toolCall('weather', { city: 'Tromsø', days: [1, 2] });
export const oslo = toolCall('time', { zone: 'Europe/Oslo' });
export const asTromso = 'weather({"city":"Tromsø","days":[1,2]})';
export const asOslo = 'time({"zone":"Europe/Oslo"})';

export const said = eventsOf(text, { pieceLength: 5 });
export const asked = eventsOf(reply('Let me look.', tromso, oslo), { pieceLength: 7 });

/** Events as they are, also those that no type knows. */
export const raw = (...events: object[]) => events as ConverseStreamEvent[];
export const start = (contentBlockIndex: number, begun: object) => ({
  contentBlockStart: { contentBlockIndex, start: begun },
});
export const delta = (contentBlockIndex: number, piece: object) => ({
  contentBlockDelta: { contentBlockIndex, delta: piece },
});
export const stop = (contentBlockIndex: number) => ({ contentBlockStop: { contentBlockIndex } });
export const opening = said.slice(0, 1);
export const ending = (stopReason = 'end_turn') => raw({ messageStop: { stopReason } }, ...said.slice(-1));

export const weather = { toolUse: { toolUseId: 'tooluse_weather', name: 'weather' } };
export const time = { toolUse: { toolUseId: 'tooluse_time', name: 'time' } };
export const cutCall = raw(...opening, start(0, weather), delta(0, { toolUse: { input: '{"city": "Tro' } }));

const bytesOf = (said: string) => new TextEncoder().encode(said);

export const signed = reply(
  { reasoningContent: { reasoningText: { text: 'Banded.', signature: 'c2lnbmVk' } } },
  { text: 'Gneiss.' },
);
export const redacted = reply({ reasoningContent: { redactedContent: bytesOf('redacted') } }, { text: 'Gneiss.' });
export const drawn = reply({ text: 'Gneiss.' }, { image: { format: 'png', source: { bytes: bytesOf('PNGPNGPNG') } } });

const fieldGuide = { title: 'Field guide', sourceContent: [{ text: 'Gneiss is banded.' }] };
export const cited = reply({
  citationsContent: {
    content: [{ text: 'It is gneiss.' }],
    citations: [
      { ...fieldGuide, location: { documentPage: { documentIndex: 0, start: 4711, end: 4712 } } },
      { title: 'Rocks', location: { web: { url: 'https://rocks.example/gneiss', domain: 'rocks.example' } } },
    ],
  },
});
export const citedSomewhere = reply({
  citationsContent: { content: [{ text: 'It is gneiss.' }], citations: [fieldGuide] },
});

export const searched = reply(
  { toolUse: { toolUseId: 'tooluse_1', name: 'nova_grounding', input: { query: 'gneiss' }, type: 'server_tool_use' } },
  { toolResult: { toolUseId: 'tooluse_1', type: 'nova_grounding_result', content: [{ text: 'Banded.' }] } },
  { text: 'Gneiss.' },
);

// Where Claude's answer says it, asked for by the path `/delta/stop_sequence`.
export const stopped = {
  ...reply('Gneiss.'),
  stopReason: 'stop_sequence' as const,
  additionalModelResponseFields: { delta: { stop_sequence: '###' } },
};

const topic = { name: 'minerals', type: 'DENY', action: 'BLOCKED', detected: true } as const;
export const guarded = {
  ...reply('No.'),
  stopReason: 'guardrail_intervened' as const,
  trace: { guardrail: { inputAssessment: { abc: { topicPolicy: { topics: [topic] } } } } },
};

export const cached = {
  ...reply('Gneiss.'),
  usage: {
    inputTokens: 3,
    outputTokens: 5,
    totalTokens: 5549,
    cacheReadInputTokens: 4711,
    cacheWriteInputTokens: 830,
    cacheDetails: [{ ttl: '1h' as const, inputTokens: 830 }],
  },
};

const json = { 'content-type': 'application/json' };
export const blank = {
  status: 400,
  headers: {
    ...json,
    'x-amzn-errortype': 'ValidationException',
    'x-amzn-requestid': '5f1cafe0-1111-4222-8333-444455556666',
  },
  body: JSON.stringify({ message: 'The text field in the ContentBlock object at messages.0.content.0 is blank.' }),
};
/** An error's type and words, and a status that says that all is well. */
export const slowDown = {
  status: 200,
  headers: { ...json, 'x-amzn-errortype': 'ThrottlingException' },
  body: JSON.stringify({ message: 'Too many requests, please wait before trying again.' }),
};
/** A gateway's own limit. */
export const onlyStatus = { status: 429, headers: {}, body: '' };
export const page = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html><body>Please log in.</body></html>',
};
