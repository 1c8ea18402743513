// What is right to make of an answer. A criterion is what any user of any client would want, in whatever shape the client
// puts it: nothing is asked that is written in one client's own words, and where an error does as well, it is right too.
import { eventsOf, reply, toolCall } from '@outcrop/converse/testing';
import { type Answer, bedrockError, fault, throttle } from '@outcrop/emulator';
import {
  asked,
  asOslo,
  asTromso,
  blank,
  cached,
  cited,
  citedSomewhere,
  cutCall,
  delta,
  drawn,
  ending,
  guarded,
  onlyStatus,
  opening,
  oslo,
  page,
  raw,
  redacted,
  said,
  searched,
  signed,
  slowDown,
  start,
  stop,
  stopped,
  text,
  time,
  tromso,
  weather,
} from './wire-answers.ts';

export type WireCase = {
  name: string;
  /** What the emulator answers, or what a proxy says that stands before the service. */
  answer: Answer | { status: number; headers: Record<string, string>; body: string };
  /** Asked for as a whole. The others are streams. */
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

export type WireKind = keyof typeof wireCases;

const any = /./s;
const throttled = /throttl|too many|429/i;
const internal = /internal|500/i;
const lookingUp = { text: 'Let me look.', calls: [asTromso, asOslo] };
// Nothing may be run. Whether that is an error or an answer without a call is the client's to decide.
const noCall = { text: '', error: any };
const gneiss = { text: 'Gneiss.' };
const aboutMinerals = { text: 'No.', keeps: [/minerals/, /guardrail.?intervened|content.?filter/i] };
const fromSources = { text: 'It is gneiss.', keeps: [/Field guide/, /4711/, /rocks\.example/] };

export const wireCases = {
  'text and calls': [
    { name: 'text', answer: said, right: { text } },
    { name: 'bytes in pieces of three', answer: [fault('slow_bytes', { bytes: 3, ms: 0 }), ...said], right: { text } },
    {
      name: 'a letter cut in two',
      answer: raw(...opening, delta(0, { text: 'Rock: \ud83e' }), delta(0, { text: '\udea8' }), stop(0), ...ending()),
      right: { text: 'Rock: 🪨' },
    },
    {
      name: 'an empty block of text',
      answer: raw(
        ...opening,
        delta(0, { text: '' }),
        stop(0),
        delta(1, { text: 'It is gneiss.' }),
        stop(1),
        ...ending(),
      ),
      right: { text: 'It is gneiss.' },
    },
    { name: 'an answer of nothing', answer: raw(...opening, ...ending()), right: { text: '' } },
    {
      name: 'a text cut by max_tokens',
      answer: [...said.slice(0, -2), ...ending('max_tokens')],
      right: { text, keeps: [/max.?tokens|length/i], error: /max.?tokens/i },
    },
    { name: 'the sequence that stopped it', answer: eventsOf(stopped), right: { ...gneiss, keeps: [/###/] } },
    { name: 'no usage', answer: said.slice(0, -1), right: { text } },
    { name: 'text and two calls', answer: asked, right: lookingUp },
    {
      name: 'input in pieces of one letter',
      answer: eventsOf(reply(tromso, oslo), { pieceLength: 1 }),
      right: { text: '', calls: [asTromso, asOslo] },
    },
    {
      name: 'a call without input',
      answer: eventsOf(reply(toolCall('time'))),
      right: { text: '', calls: ['time({})'] },
    },
    {
      name: 'blocks interleaved',
      answer: raw(
        ...opening,
        start(0, weather),
        start(1, time),
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
      right: { ...lookingUp, error: any },
    },
    {
      name: 'a call behind which stands end_turn',
      answer: eventsOf({ ...reply(tromso), stopReason: 'end_turn' }),
      right: { text: '', calls: [asTromso] },
    },
    { name: 'tool_use, and no call', answer: [...said.slice(0, -2), ...ending('tool_use')], right: { text } },
    { name: 'whole: text and a call', whole: true, answer: reply(text, tromso), right: { text, calls: [asTromso] } },
    { name: 'whole: an answer of nothing', whole: true, answer: { ...reply() }, right: { text: '' } },
  ],

  'calls that nobody should run': [
    { name: 'a call cut by max_tokens', answer: [...cutCall, ...raw(stop(0)), ...ending('max_tokens')], right: noCall },
    {
      name: 'a call that the model broke off',
      answer: [...cutCall, ...raw(stop(0)), ...ending('malformed_tool_use')],
      right: noCall,
    },
    { name: 'input that is no JSON', answer: eventsOf(reply(toolCall('weather', '{"city": "Tro'))), right: noCall },
    { name: 'input that is a list', answer: eventsOf(reply(toolCall('weather', '["Tromsø"]'))), right: noCall },
    {
      // As a number it is another one, and nobody would see that.
      name: 'a number too long for JavaScript',
      answer: eventsOf(reply(toolCall('weather', '{"station":12345678901234567890}'))),
      right: { text: '', calls: ['weather({"station":"12345678901234567890"})'], error: any },
    },
    { name: 'a tool that the service ran', answer: eventsOf(searched), right: gneiss },
    { name: 'whole: a tool that the service ran', whole: true, answer: searched, right: gneiss },
  ],

  'what else there is in a reply': [
    { name: 'reasoning with its signature', answer: eventsOf(signed), right: { ...gneiss, keeps: [/c2lnbmVk/] } },
    { name: 'reasoning that is redacted', answer: eventsOf(redacted), right: { ...gneiss, keeps: [/cmVkYWN0ZWQ=/] } },
    { name: 'citations', answer: eventsOf(cited), right: fromSources },
    {
      name: 'a citation without a place',
      answer: eventsOf(citedSomewhere),
      right: { text: 'It is gneiss.', keeps: [/Field guide/] },
    },
    { name: 'an image', answer: eventsOf(drawn), right: { ...gneiss, keeps: [/UE5HUE5HUE5H/] } },
    { name: 'what a guardrail found', answer: eventsOf(guarded), right: aboutMinerals },
    { name: 'what was cached', answer: eventsOf(cached), right: { ...gneiss, keeps: [/4711/, /830/] } },
    { name: 'what was cached for an hour', answer: eventsOf(cached), right: { ...gneiss, keeps: [/"1h"/] } },
    {
      name: 'whole: reasoning with its signature',
      whole: true,
      answer: signed,
      right: { ...gneiss, keeps: [/c2lnbmVk/] },
    },
    {
      name: 'whole: reasoning that is redacted',
      whole: true,
      answer: redacted,
      right: { ...gneiss, keeps: [/cmVkYWN0ZWQ=/] },
    },
    { name: 'whole: citations', whole: true, answer: cited, right: fromSources },
    { name: 'whole: an image', whole: true, answer: drawn, right: { ...gneiss, keeps: [/UE5HUE5HUE5H/] } },
    { name: 'whole: what a guardrail found', whole: true, answer: guarded, right: aboutMinerals },
    { name: 'whole: what was cached', whole: true, answer: cached, right: { ...gneiss, keeps: [/4711/, /830/] } },
  ],

  'what nobody knows yet': [
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
    {
      name: 'a start that says nothing',
      answer: raw(...opening, start(0, {}), delta(0, { text: 'It is gneiss.' }), stop(0), ...ending()),
      right: { text: 'It is gneiss.' },
    },
    { name: 'an unknown reason to stop', answer: [...said.slice(0, -2), ...ending('got_tired')], right: { text } },
    {
      name: 'an unknown count in the usage',
      answer: raw(...said.slice(0, -1), { metadata: { usage: holograms(), metrics: { latencyMs: 1 } } }),
      right: { text, keeps: [/4711/] },
    },
    {
      // The next turn has to send it back.
      name: 'whole: an unknown block',
      whole: true,
      answer: reply({ hologram: { hue: 'vermilion' } } as never, { text: 'Gneiss.' }),
      right: { ...gneiss, keeps: [/vermilion/] },
    },
  ],

  'streams that end too early': [
    { name: 'a clean end in the text', answer: said.slice(0, 3), right: { error: any } },
    { name: 'a clean end behind a call', answer: asked.slice(0, -2), right: { error: any } },
    { name: 'a clean end in a call', answer: cutCall, right: { error: any } },
    { name: 'a stream of nothing', answer: fault('empty_reply'), right: { error: any } },
    { name: 'half a frame', answer: [...said.slice(0, 3), fault('half_frame')], right: { error: any } },
    { name: 'a frame with a wrong checksum', answer: [...said.slice(0, 3), fault('bad_crc')], right: { error: any } },
    {
      name: 'lengths with a wrong checksum',
      answer: [...said.slice(0, 3), fault('bad_prelude_crc')],
      right: { error: any },
    },
    {
      name: 'a frame shorter than it says',
      answer: [...said.slice(0, 3), fault('lying_length')],
      right: { error: any },
    },
    { name: 'a frame that is no JSON', answer: [...said.slice(0, 3), fault('malformed_json')], right: { error: any } },
    { name: 'a reset in the middle', answer: [...said.slice(0, 3), fault('reset')], right: { error: any } },
  ],

  'refusals and failures': [
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
      right: { error: /quota/i },
    },
    { name: 'a stream refused', answer: throttle(), right: { error: throttled } },
    { name: "a proxy's page, 502", answer: fault('bad_gateway'), right: { error: any } },
    { name: "a proxy's page, 200", answer: page, right: { error: any } },
    { name: 'whole: refused', whole: true, answer: throttle(), right: { error: throttled } },
    { name: 'whole: refused, with a reason', whole: true, answer: blank, right: { error: /messages\.0/ } },
    { name: 'whole: refused, with a request id', whole: true, answer: blank, right: { error: /5f1cafe0/ } },
    { name: 'whole: refused by a gateway, 429', whole: true, answer: onlyStatus, right: { error: throttled } },
    { name: 'whole: 200 with the type of an error', whole: true, answer: slowDown, right: { error: any } },
    { name: 'whole: 200 and not one byte', whole: true, answer: fault('empty_reply'), right: { error: any } },
    { name: 'whole: no message', whole: true, answer: fault('early_end'), right: { error: any } },
    { name: 'whole: half a body', whole: true, answer: fault('half_frame'), right: { error: any } },
    { name: "whole: a proxy's page, 200", whole: true, answer: page, right: { error: any } },
    { name: "whole: a proxy's page, 502", whole: true, answer: fault('bad_gateway'), right: { error: any } },
  ],
} as const satisfies Record<string, readonly WireCase[]>;

function holograms() {
  return { inputTokens: 3, outputTokens: 5, totalTokens: 8, hologramTokens: 4711 };
}
