import type { ConverseStreamEvent } from '@outcrop/converse';
import { eventsOf, reply, toolCall } from '@outcrop/converse/testing';
import { type Answer, bedrockError, fault, throttle } from '@outcrop/emulator';

/** An answer, and what is right to make of it. */
export type WireCase = {
  name: string;
  /** What the emulator answers, or what a proxy says that stands before the service. */
  answer: Answer | { status: number; headers: Record<string, string>; body: string };
  whole?: true;
  right:
    | {
        text: string;
        /** The calls that may be run, and no others. */
        calls?: string[];
        /** What has to be somewhere in what was handed out, under whatever name. */
        keeps?: RegExp[];
        /** An error that says this is right as well. */
        error?: RegExp;
      }
    /** Only an error is right, and it says this. */
    | { error: RegExp };
};

const text = 'It is gneiss. 🪨';
const tromso = toolCall('weather', { city: 'Tromsø', days: [1, 2] });
const oslo = toolCall('time', { zone: 'Europe/Oslo' });
const asTromso = 'weather({"city":"Tromsø","days":[1,2]})';
const asOslo = 'time({"zone":"Europe/Oslo"})';
const said = eventsOf(text, { pieceLength: 5 });
const asked = eventsOf(reply('Let me look.', tromso, oslo), { pieceLength: 7 });
const any = /./s;
// Nothing may be run, and whether that is an error is the client's to decide.
const noCall = { text: '', error: any };
const throttled = /throttl|too many|429/i;
const internal = /internal|500/i;

/** Events that no type knows yet. */
const raw = (...events: object[]) => events as ConverseStreamEvent[];
const delta = (contentBlockIndex: number, piece: object) => ({
  contentBlockDelta: { contentBlockIndex, delta: piece },
});
const stop = (contentBlockIndex: number) => ({ contentBlockStop: { contentBlockIndex } });
const start = (contentBlockIndex: number, begun: object) => ({
  contentBlockStart: { contentBlockIndex, start: begun },
});
const ending = (stopReason = 'end_turn') => raw({ messageStop: { stopReason } }, ...said.slice(-1));
const opening = said.slice(0, 1);
const weather = { toolUse: { toolUseId: 'tooluse_weather', name: 'weather' } };
const cutCall = raw(...opening, start(0, weather), delta(0, { toolUse: { input: '{"city": "Tro' } }));

const page = { headers: { 'content-type': 'text/html' }, body: '<html><body>Please log in.</body></html>' };
const refusal = { headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ThrottlingException' } };
const slowDown = JSON.stringify({ message: 'Too many requests, please wait before trying again.' });
const blank = {
  status: 400,
  headers: {
    'content-type': 'application/json',
    'x-amzn-errortype': 'ValidationException',
    'x-amzn-requestid': '5f1cafe0-1111-4222-8333-444455556666',
  },
  body: JSON.stringify({ message: 'The text field in the ContentBlock object at messages.0.content.0 is blank.' }),
};

const citedText = 'It is gneiss.';
const citedPlaces = [/Field guide/, /4711/, /rocks\.example/];
const cited = reply({
  citationsContent: {
    content: [{ text: citedText }],
    citations: [
      {
        title: 'Field guide',
        sourceContent: [{ text: 'Gneiss is banded.' }],
        location: { documentPage: { documentIndex: 0, start: 4711, end: 4712 } },
      },
      {
        title: 'Rocks',
        sourceContent: [{ text: 'Gneiss is metamorphic.' }],
        location: { web: { url: 'https://rocks.example/gneiss', domain: 'rocks.example' } },
      },
    ],
  },
});
const bytesOf = (said: string) => new TextEncoder().encode(said);
const redacted = reply({ reasoningContent: { redactedContent: bytesOf('redacted') } }, { text: 'Gneiss.' });
const drawn = reply({ text: 'Gneiss.' }, { image: { format: 'png', source: { bytes: bytesOf('PNGPNGPNG') } } });
const searched = reply(
  { toolUse: { toolUseId: 'tooluse_1', name: 'nova_grounding', input: { query: 'gneiss' }, type: 'server_tool_use' } },
  { toolResult: { toolUseId: 'tooluse_1', type: 'nova_grounding_result', content: [{ text: 'Banded.' }] } },
  { text: 'Gneiss.' },
);
const stopped = {
  ...reply('Gneiss.'),
  stopReason: 'stop_sequence' as const,
  additionalModelResponseFields: { delta: { stop_sequence: '###' } },
};
const topic = { name: 'minerals', type: 'DENY', action: 'BLOCKED', detected: true } as const;
const guarded = {
  ...reply('No.'),
  stopReason: 'guardrail_intervened' as const,
  trace: { guardrail: { inputAssessment: { abc: { topicPolicy: { topics: [topic] } } } } },
};
const cached = {
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

export const wireCases: WireCase[] = [
  { name: 'text', answer: said, right: { text } },
  { name: 'bytes in pieces of three', answer: [fault('slow_bytes', { bytes: 3, ms: 0 }), ...said], right: { text } },
  { name: 'text and two calls', answer: asked, right: { text: 'Let me look.', calls: [asTromso, asOslo] } },
  {
    name: 'input in pieces of one letter',
    answer: eventsOf(reply(tromso, oslo), { pieceLength: 1 }),
    right: { text: '', calls: [asTromso, asOslo] },
  },
  { name: 'a call without input', answer: eventsOf(reply(toolCall('time'))), right: { text: '', calls: ['time({})'] } },
  {
    name: 'blocks interleaved',
    answer: raw(
      ...opening,
      start(0, weather),
      start(1, { toolUse: { toolUseId: 'tooluse_time', name: 'time' } }),
      delta(0, { toolUse: { input: '{"city":"Tromsø",' } }),
      delta(1, { toolUse: { input: '{"zone":"Europe' } }),
      delta(0, { toolUse: { input: '"days":[1,2]}' } }),
      delta(1, { toolUse: { input: '/Oslo"}' } }),
      stop(0),
      stop(1),
      ...ending('tool_use'),
    ),
    right: { text: '', calls: [asTromso, asOslo] },
  },
  {
    name: 'indices with gaps',
    answer: raw(
      ...opening,
      delta(2, { text: 'It is ' }),
      stop(2),
      delta(7, { text: 'gneiss.' }),
      stop(7),
      start(11, weather),
      delta(11, { toolUse: { input: '{"city":"Tromsø","days":[1,2]}' } }),
      stop(11),
      ...ending('tool_use'),
    ),
    right: { text: 'It is gneiss.', calls: [asTromso] },
  },
  {
    name: 'blocks that never stop',
    answer: asked.filter((event) => !event.contentBlockStop),
    right: { text: 'Let me look.', calls: [asTromso, asOslo] },
  },
  {
    name: 'a start that says nothing',
    answer: raw(...opening, start(0, {}), delta(0, { text: 'It is gneiss.' }), stop(0), ...ending()),
    right: { text: 'It is gneiss.' },
  },
  {
    name: 'an empty block of text',
    answer: raw(...opening, delta(0, { text: '' }), stop(0), delta(1, { text: 'It is gneiss.' }), stop(1), ...ending()),
    right: { text: 'It is gneiss.' },
  },
  { name: 'an answer of nothing', answer: raw(...opening, ...ending()), right: { text: '' } },
  {
    name: 'an unknown event',
    answer: [...said.slice(0, 2), fault('unknown_event'), ...said.slice(2)],
    right: { text },
  },
  {
    name: 'an unknown block',
    answer: raw(
      ...opening,
      start(0, { hologram: { hue: 1 } }),
      delta(0, { hologram: { hue: 2 } }),
      stop(0),
      delta(1, { text: 'It is gneiss.' }),
      stop(1),
      ...ending(),
    ),
    right: { text: 'It is gneiss.' },
  },
  { name: 'an unknown reason to stop', answer: [...said.slice(0, -2), ...ending('got_tired')], right: { text } },
  { name: 'no usage', answer: said.slice(0, -1), right: { text } },
  {
    name: 'citations',
    answer: raw(
      ...opening,
      delta(0, { text: 'It is gneiss.' }),
      delta(0, {
        citation: {
          title: 'Field guide',
          sourceContent: [{ text: 'Gneiss is banded.' }],
          location: { documentChar: { documentIndex: 0, start: 0, end: 17 } },
        },
      }),
      stop(0),
      ...ending(),
    ),
    right: { text: 'It is gneiss.', keeps: [/Field guide/] },
  },
  { name: 'citations of several places', answer: eventsOf(cited), right: { text: citedText, keeps: citedPlaces } },
  {
    name: 'a citation without a place',
    answer: raw(
      ...opening,
      delta(0, { text: 'It is gneiss.' }),
      delta(0, { citation: { title: 'Field guide', sourceContent: [{ text: 'Gneiss is banded.' }] } }),
      stop(0),
      ...ending(),
    ),
    right: { text: 'It is gneiss.', keeps: [/Field guide/] },
  },
  {
    name: 'reasoning with its signature',
    answer: eventsOf(
      reply({ reasoningContent: { reasoningText: { text: 'Banded.', signature: 'c2lnbmVk' } } }, { text: 'Gneiss.' }),
    ),
    right: { text: 'Gneiss.', keeps: [/c2lnbmVk/] },
  },
  {
    name: 'reasoning that is redacted',
    answer: eventsOf(redacted),
    right: { text: 'Gneiss.', keeps: [/cmVkYWN0ZWQ=/] },
  },
  { name: 'an image', answer: eventsOf(drawn), right: { text: 'Gneiss.', keeps: [/UE5HUE5HUE5H/] } },
  { name: 'a tool that the service ran', answer: eventsOf(searched), right: { text: 'Gneiss.' } },
  {
    name: 'a call behind which stands end_turn',
    answer: eventsOf({ ...reply(tromso), stopReason: 'end_turn' }),
    right: { text: '', calls: [asTromso] },
  },
  {
    name: 'a letter cut in two',
    answer: raw(...opening, delta(0, { text: 'Rock: \ud83e' }), delta(0, { text: '\udea8' }), stop(0), ...ending()),
    right: { text: 'Rock: 🪨' },
  },
  { name: 'the sequence that stopped it', answer: eventsOf(stopped), right: { text: 'Gneiss.', keeps: [/###/] } },
  {
    name: 'a text cut by max_tokens',
    answer: [...said.slice(0, -2), ...ending('max_tokens')],
    right: { text, keeps: [/max.?tokens|length/i], error: /max.?tokens/i },
  },
  {
    name: 'what a guardrail found',
    answer: eventsOf(guarded),
    right: { text: 'No.', keeps: [/minerals/, /guardrail.?intervened|content.?filter/i] },
  },
  { name: 'what was cached', answer: eventsOf(cached), right: { text: 'Gneiss.', keeps: [/4711/, /830/] } },
  { name: 'what was cached for an hour', answer: eventsOf(cached), right: { text: 'Gneiss.', keeps: [/"1h"/] } },
  {
    name: 'a call cut by max_tokens',
    answer: [...cutCall, ...raw(stop(0)), ...ending('max_tokens')],
    right: noCall,
  },
  {
    name: 'a call that the model broke off',
    answer: [...cutCall, ...raw(stop(0)), ...ending('malformed_tool_use')],
    right: noCall,
  },
  { name: 'input that is no JSON', answer: eventsOf(reply(toolCall('weather', '{"city": "Tro'))), right: noCall },
  { name: 'input that is a list', answer: eventsOf(reply(toolCall('weather', '["Tromsø"]'))), right: noCall },
  { name: 'a clean end in the text', answer: said.slice(0, 3), right: { error: any } },
  { name: 'a clean end behind a call', answer: asked.slice(0, -2), right: { error: any } },
  { name: 'a clean end in a call', answer: cutCall, right: { error: any } },
  { name: 'a stream of nothing', answer: fault('empty_reply'), right: { error: any } },
  { name: 'throttled in the middle', answer: [...said.slice(0, 3), throttle('tokens')], right: { error: throttled } },
  { name: 'throttled at once', answer: [throttle()], right: { error: throttled } },
  {
    name: 'a failure in the middle',
    answer: [...said.slice(0, 3), bedrockError('InternalServerException')],
    right: { error: internal },
  },
  {
    name: 'a failure that is not modelled',
    answer: [...said.slice(0, 3), fault('error_frame')],
    right: { error: internal },
  },
  {
    name: 'an exception that no stream has',
    answer: [...said.slice(0, 3), bedrockError('ServiceQuotaExceededException')],
    right: { error: any },
  },
  { name: 'half a frame', answer: [...said.slice(0, 3), fault('half_frame')], right: { error: any } },
  { name: 'a frame with a wrong checksum', answer: [...said.slice(0, 3), fault('bad_crc')], right: { error: any } },
  {
    name: 'lengths with a wrong checksum',
    answer: [...said.slice(0, 3), fault('bad_prelude_crc')],
    right: { error: any },
  },
  { name: 'a frame shorter than it says', answer: [...said.slice(0, 3), fault('lying_length')], right: { error: any } },
  { name: 'a frame that is no JSON', answer: [...said.slice(0, 3), fault('malformed_json')], right: { error: any } },
  { name: 'a reset in the middle', answer: [...said.slice(0, 3), fault('reset')], right: { error: any } },
  { name: 'a stream refused', answer: throttle(), right: { error: throttled } },
  { name: "a proxy's page, 502", answer: fault('bad_gateway'), right: { error: any } },
  { name: "a proxy's page, 200", answer: { status: 200, ...page }, right: { error: any } },
  { name: 'whole: text and a call', whole: true, answer: reply(text, tromso), right: { text, calls: [asTromso] } },
  {
    name: 'whole: reasoning with its signature',
    whole: true,
    answer: reply(
      { reasoningContent: { reasoningText: { text: 'Banded.', signature: 'c2lnbmVk' } } },
      { text: 'Gneiss.' },
    ),
    right: { text: 'Gneiss.', keeps: [/c2lnbmVk/] },
  },
  {
    name: 'whole: reasoning that is redacted',
    whole: true,
    answer: redacted,
    right: { text: 'Gneiss.', keeps: [/cmVkYWN0ZWQ=/] },
  },
  { name: 'whole: citations', whole: true, answer: cited, right: { text: citedText, keeps: citedPlaces } },
  { name: 'whole: an image', whole: true, answer: drawn, right: { text: 'Gneiss.', keeps: [/UE5HUE5HUE5H/] } },
  { name: 'whole: a tool that the service ran', whole: true, answer: searched, right: { text: 'Gneiss.' } },
  {
    name: 'whole: a block of tomorrow, to be sent back',
    whole: true,
    answer: reply({ hologram: { hue: 'vermilion' } } as never, { text: 'Gneiss.' }),
    right: { text: 'Gneiss.', keeps: [/vermilion/] },
  },
  {
    name: 'whole: what a guardrail found',
    whole: true,
    answer: guarded,
    right: { text: 'No.', keeps: [/minerals/, /guardrail.?intervened|content.?filter/i] },
  },
  { name: 'whole: what was cached', whole: true, answer: cached, right: { text: 'Gneiss.', keeps: [/4711/, /830/] } },
  { name: 'whole: refused for what was asked', whole: true, answer: blank, right: { error: /messages\.0/ } },
  { name: 'whole: the request id of a refusal', whole: true, answer: blank, right: { error: /5f1cafe0/ } },
  { name: 'whole: refused', whole: true, answer: throttle(), right: { error: throttled } },
  {
    name: 'whole: 200 with the type of an error',
    whole: true,
    answer: { status: 200, ...refusal, body: slowDown },
    right: { error: any },
  },
  { name: 'whole: 200 and not one byte', whole: true, answer: fault('empty_reply'), right: { error: any } },
  { name: 'whole: no message', whole: true, answer: fault('early_end'), right: { error: any } },
  { name: 'whole: half a body', whole: true, answer: fault('half_frame'), right: { error: any } },
  { name: "whole: a proxy's page, 200", whole: true, answer: { status: 200, ...page }, right: { error: any } },
  { name: "whole: a proxy's page, 502", whole: true, answer: fault('bad_gateway'), right: { error: any } },
];
