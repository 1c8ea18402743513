import type { Answer } from './answer.ts';
import { type EmulatedCall, operations } from './call.ts';
import { type Check, object, oneOf, text } from './check.ts';

/** Finds the answer to a call. */
export type Responder = (call: EmulatedCall) => Answer | Promise<Answer>;

/** Which calls are meant: all that have these values, or all that a function says yes to. */
export type Match = Partial<Pick<EmulatedCall, 'operation' | 'modelId' | 'region'>> | ((call: EmulatedCall) => boolean);

/** What is to be answered to the calls that are meant. */
export type When = {
  /** These, one a call, in turn. After the last one it is as if this had never been said. */
  reply(...answers: (Answer | Responder)[]): Rule;
  /** The same to each of them, until the rule is ended. */
  always(answer: Answer | Responder): Rule;
};

/** Something that was said with `when`. */
export type Rule = {
  /** From the next call on it is as if it had never been said. */
  end(): void;
};

/** What was said with `when`, for the calls that it means. */
export type Scripted = {
  matches(call: EmulatedCall): boolean;
  /** Its next answer, which is used up then if it is not for ever. */
  next(): Answer | Responder;
};

/** What was said with `when`. The newest goes first. */
export function createScript() {
  const rules: Scripted[] = [];

  function add(match: Match, answers: (Answer | Responder)[], forever: boolean): Rule {
    const queue = [...answers];
    const rule = {
      matches: (call: EmulatedCall) => agrees(call, match),
      next() {
        const answer = (forever ? queue[0] : queue.shift()) as Answer | Responder;
        if (queue.length === 0) end();
        return answer;
      },
    };

    function end(): void {
      const at = rules.indexOf(rule);
      if (at >= 0) rules.splice(at, 1);
    }

    if (queue.length > 0) rules.unshift(rule);
    return { end };
  }

  return {
    when(given: Match = {}): When {
      const match = readMatch(given, 'match');
      return {
        reply: (...answers) => add(match, answers, false),
        always: (answer) => add(match, [answer], true),
      };
    },

    find: (call: EmulatedCall): Scripted | undefined => rules.find((each) => each.matches(call)),
  };
}

/** Whether this call is meant. */
export function agrees(call: EmulatedCall, wanted: Match): boolean {
  if (typeof wanted === 'function') return wanted(call);
  return Object.entries(wanted).every(
    ([name, value]) => value === undefined || call[name as keyof EmulatedCall] === value,
  );
}

export const matchFields = { operation: oneOf(operations), modelId: text, region: text };

const readValues: Check<Match> = object<Exclude<Match, (call: EmulatedCall) => boolean>>(matchFields);

/** Which calls are meant. Throws a TypeError for what would mean none, such as a misspelt name. */
export const readMatch: Check<Match> = (value, path) =>
  typeof value === 'function' ? (value as (call: EmulatedCall) => boolean) : readValues(value, path);
