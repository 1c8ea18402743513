import type { ScriptedReply, ScriptStep } from '@outcrop/converse/testing';
import type { Fault } from './faults.ts';

/**
 * What is answered to one call: a text, as much of a reply as matters, an error, a fault, or the steps of a stream one
 * by one. What stands alone comes instead of an answer, before any header. What stands in a list comes inside the
 * stream, behind its HTTP 200. A list without `messageStop` is a stream that ends cleanly before its message does.
 */
export type Answer = ScriptedReply | Fault | Steps;

/** The steps of a stream one by one, as they are there or as they come. */
export type Steps = Iterable<Step> | AsyncIterable<Step>;

/** One step of a scripted stream: an event, an error, a function that is waited for, or a fault. */
export type Step = ScriptStep | Fault;

export function isSteps(answer: Answer): answer is Steps {
  return typeof answer === 'object' && (Symbol.iterator in answer || Symbol.asyncIterator in answer);
}
