import type { Answer } from './answer.ts';
import type { EmulatedCall } from './call.ts';

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

/** What was said with `when`, with a responder for all other calls. The newest rule goes first. */
export function createScript(otherwise: Responder) {
  const rules: { matches: (call: EmulatedCall) => boolean; next: () => Answer | Responder; left: () => number }[] = [];

  function add(match: Match, answers: (Answer | Responder)[], forever: boolean): Rule {
    const queue = [...answers];
    const rule = {
      matches: typeof match === 'function' ? match : (call: EmulatedCall) => agrees(call, match),
      next: () => (forever ? queue[0] : queue.shift()) as Answer | Responder,
      left: () => queue.length,
    };
    rules.unshift(rule);
    return {
      end() {
        const at = rules.indexOf(rule);
        if (at >= 0) rules.splice(at, 1);
      },
    };
  }

  return {
    when: (match: Match = {}): When => ({
      reply: (...answers) => add(match, answers, false),
      always: (answer) => add(match, [answer], true),
    }),

    answer(call: EmulatedCall): Answer | Promise<Answer> {
      const rule = rules.find((each) => each.left() > 0 && each.matches(call));
      const answer = rule?.next() ?? otherwise;
      return typeof answer === 'function' ? answer(call) : answer;
    },
  };
}

function agrees(call: EmulatedCall, wanted: Exclude<Match, (call: EmulatedCall) => boolean>): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => value === undefined || call[name as keyof EmulatedCall] === value,
  );
}
