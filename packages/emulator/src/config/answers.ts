import { type ConverseResponse, isConverseError } from '@outcrop/converse';
import { eventFromJson, responseFromJson } from '@outcrop/converse/json';
import { reply, wait } from '@outcrop/converse/testing';
import type { Answer, Step } from '../answer.ts';
import type { Operation } from '../call.ts';
import { anyObject, type Check, list, number, object, oneOf, text, wholeNumber } from '../check.ts';
import { type BedrockErrorName, bedrockError, bedrockErrorNames } from '../errors.ts';
import { faultNames } from '../fault-text.ts';
import type { Fault } from '../faults.ts';
import { matchFields } from '../when.ts';

/** Which calls are meant, in JSON. */
export type JsonMatch = { operation?: Operation; modelId?: string; region?: string };

/** What is said with `when`, in JSON. */
export type JsonRule = { when: JsonMatch; answers: Answer[]; isForever: boolean };

const match: Check<JsonMatch> = object<JsonMatch>(matchFields);

const faultName = oneOf(faultNames());
const exceptionName = oneOf(bedrockErrorNames());

const faultFields: Check<Fault> = object<Fault>(
  { fault: faultName, afterEvents: wholeNumber(0), bytes: wholeNumber(0), ms: number(0) },
  ['fault'],
);

type JsonError = { name: BedrockErrorName; message?: string; status?: number; afterEvents?: number };

/** An error as a recording has it. Its status is that of its name. */
export const errorFields: Check<JsonError> = object<JsonError>(
  { name: exceptionName, message: text, status: wholeNumber(100, 599), afterEvents: wholeNumber(0) },
  ['name'],
);

/** A script: what is said with `when`, one after the other. */
export const rules: Check<JsonRule[]> = (value, path) => list(rule)(value, path);

export const rule: Check<JsonRule> = (value, path) => {
  type Raw = { when?: JsonMatch; reply?: Answer[]; always?: Answer };
  const {
    when = {},
    reply: answers,
    always,
  } = object<Raw>({ when: match, reply: list(answer), always: answer })(value, path);
  if ((answers === undefined) === (always === undefined)) {
    throw new TypeError(`${path || 'a rule'} needs either 'reply', a list of answers, or 'always', one answer.`);
  }
  return { when, answers: answers ?? [always as Answer], isForever: answers === undefined };
};

/** One answer: a text, or an object with `reply`, `events`, `error` or `fault`. */
export const answer: Check<Answer> = (value, path) => {
  if (typeof value === 'string') return value;
  const { reply: draft, events, error, fault } = (value ?? {}) as Record<string, unknown>;
  if (draft !== undefined) return partialReply(draft, `${path}.reply`);
  if (events !== undefined) return list(step)(events, `${path}.events`);
  if (error !== undefined) return errorOf(errorFields(error, `${path}.error`));
  if (fault !== undefined) return faultFields(value, path);
  throw new TypeError(`${path} has to be a text, or an object with one of reply, events, error and fault.`);
};

/** As much of a reply as matters; what it holds is checked as if the rest were there. */
const partialReply: Check<Partial<ConverseResponse>> = (value, path) => {
  const draft = anyObject(value, path);
  const whole = converted(() => responseFromJson({ ...reply(), ...draft }), path);
  return Object.fromEntries(Object.entries(whole).filter(([name]) => Object.hasOwn(draft, name)));
};

const step: Check<Step> = (value, path) => {
  const { error, fault, waitMs } = (value ?? {}) as Record<string, unknown>;
  if (error !== undefined) return errorOf(errorFields(error, `${path}.error`));
  if (fault !== undefined) return faultFields(value, path);
  if (waitMs !== undefined) return wait(number(0)(waitMs, `${path}.waitMs`));
  return converted(() => eventFromJson(value), path);
};

export function errorOf({ name, message }: JsonError): Error {
  return bedrockError(name, message);
}

/** Says where it was, which who converted it did not know. */
function converted<T>(convert: () => T, path: string): T {
  try {
    return convert();
  } catch (error) {
    if (!isConverseError(error)) throw error;
    throw new TypeError(`${path}: ${error.message}`);
  }
}
