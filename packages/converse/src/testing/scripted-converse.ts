import type { CallOptions, Converse } from '../converse.ts';
import type { ConverseStreamEvent } from '../events.ts';
import type { ConverseResponse } from '../reply.ts';
import type { ConverseRequest } from '../request.ts';
import { createConverseStream } from '../stream.ts';
import type { TargetName } from '../target.ts';
import { tellListener } from '../tell-listener.ts';
import { eventsOf } from './events-of.ts';
import { wholeReply } from './replies.ts';
import { type Delay, type ScriptStep, sleep } from './steps.ts';

/** What is answered: the replies in the order of the calls, or a function that finds one for each call. */
export type Script =
  | readonly ScriptedReply[]
  | ((call: ScriptedCall) => ScriptedReply | undefined | Promise<ScriptedReply | undefined>);

/**
 * One answer: a text, as much of a reply as matters, an error that comes instead of any event, or the steps of a
 * stream one by one. A list with an error in it breaks there, and one without `messageStop` is a stream that was cut.
 */
export type ScriptedReply = string | Partial<ConverseResponse> | Error | Iterable<ScriptStep>;

/** One call that was made. */
export type ScriptedCall = {
  /** Counted from 1, in the order in which they were sent. */
  number: number;
  /** As it was when it was sent: what happens to the caller's object later does not show here. */
  request: ConverseRequest;
  options: CallOptions;
};

/** A {@link Converse} that says what it was told to, and remembers what it was asked. */
export interface ScriptedConverse extends Converse {
  readonly calls: readonly ScriptedCall[];
}

/** What a scripted Converse can be told besides its script. */
export type ScriptedConverseOptions = {
  /** Who it is, for `servedBy` and the `attempt` event. */
  target?: TargetName | undefined;
  /** How long a piece of a streamed reply is, see {@link eventsOf}. @default 16 */
  pieceLength?: number | undefined;
  /** What `wait` waits with. @default a timer */
  delay?: Delay | undefined;
};

/**
 * Makes a {@link Converse} for tests, that answers from a script. `converse` gives the reply that the stream of
 * `converseStream` folds to, so one script serves both.
 *
 * One call is one try: `validate` is remembered in `calls` and not asked, as with every Converse that can't call
 * again, and deadlines are not kept.
 *
 * @example
 * ```ts
 * import { ConverseError } from '@outcrop/converse';
 * import { createScriptedConverse, eventsOf, reply, toolCall } from '@outcrop/converse/testing';
 *
 * const model = createScriptedConverse([
 *   reply('Let me look.', toolCall('weather', { city: 'Bergen' })),
 *   new ConverseError('throttled', 'Too many requests.'),
 *   [...eventsOf('It rains.').slice(0, 2), new ConverseError('connection', 'The connection was reset.')],
 *   'It rains.',
 * ]);
 *
 * await model.converse({ messages: [{ role: 'user', content: [{ text: 'How is the weather?' }] }] });
 * model.calls[0]?.request.messages; // what was asked
 * ```
 */
export function createScriptedConverse(
  script: Script,
  { target = somebody, pieceLength, delay = sleep }: ScriptedConverseOptions = {},
): ScriptedConverse {
  const calls: ScriptedCall[] = [];

  async function answer(request: ConverseRequest, options: CallOptions): Promise<ScriptedReply> {
    const call = { number: calls.length + 1, request: structuredClone(request), options };
    calls.push(call);
    tellListener(options.onEvent, { type: 'attempt', target, attempt: 1 });
    const answer = await (typeof script === 'function' ? script(call) : script[call.number - 1]);
    if (answer === undefined) throw new RangeError(`The script holds no reply for call ${call.number}.`);
    return answer;
  }

  function converseStream(request: ConverseRequest, options: CallOptions = {}) {
    let whole: ConverseResponse | undefined;

    async function* play(signal: AbortSignal): AsyncGenerator<ConverseStreamEvent> {
      const scripted = await answer(request, options);
      if (scripted instanceof Error) throw scripted;
      if (!isSteps(scripted)) whole = wholeReply(scripted);
      for (const step of isSteps(scripted) ? scripted : eventsOf(scripted, { pieceLength })) {
        if (step instanceof Error) throw step;
        if (typeof step === 'function') await step({ signal, delay });
        else yield step;
      }
    }

    function finish(folded: ConverseResponse): ConverseResponse {
      const reply = { ...(whole ?? folded), servedBy: target };
      for (const warning of reply.warnings ?? []) tellListener(options.onEvent, { type: 'warning', warning });
      return reply;
    }

    return createConverseStream(play, { signal: options.signal, finish });
  }

  return {
    calls,
    converseStream,
    converse: (request, options) => converseStream(request, options).response,
  };
}

const somebody: TargetName = { model: 'Scripted', id: 'scripted', region: 'nowhere', route: 'in_region' };

function isSteps(scripted: ScriptedReply): scripted is Iterable<ScriptStep> {
  return typeof scripted === 'object' && Symbol.iterator in scripted;
}
