import type { ScriptedReply, ScriptStep } from '@outcrop/converse/testing';

/**
 * What is answered to one call: a text, as much of a reply as matters, an error, a fault, or the steps of a stream one
 * by one. What stands alone comes instead of an answer, before any header. What stands in a list comes inside the
 * stream, behind its HTTP 200. A list without `messageStop` is a stream that ends cleanly before its message does.
 */
export type Answer = ScriptedReply | Fault | Iterable<Step>;

/** One step of a scripted stream: an event, an error, a function that is waited for, or a fault of the wire. */
export type Step = ScriptStep | Fault;

/** A fault of the wire, made by {@link fault}. */
export type Fault = { fault: keyof typeof faults };

export const faults = {
  /** The connection is reset. */
  reset: { message: 'The connection was reset.', ofReply: 'connection' },
  /** Nothing comes any more, and the connection stays open. */
  hang: { message: 'Nothing came any more.', ofReply: 'connection' },
  /** Half a frame, or half of a body, and the end. */
  half_frame: { message: 'The answer ended in the middle of a message.', ofReply: 'malformed_reply' },
  /** A frame whose checksum is wrong; a body that is no JSON. */
  bad_crc: { message: 'A message had a wrong checksum.', ofReply: 'malformed_reply' },
} as const;

/**
 * A fault of the wire, as an answer or as a step of one. Alone, `hang` never sends a header; in a list it goes silent
 * after what stands before it.
 *
 * @example
 * ```ts
 * import { eventsOf } from '@outcrop/converse/testing';
 * import { createEmulator, fault } from '@outcrop/emulator';
 *
 * await using emulator = await createEmulator();
 * emulator.when().reply([...eventsOf('Granite, surely.').slice(0, 2), fault('reset')]);
 * ```
 */
export function fault(name: keyof typeof faults): Fault {
  return { fault: name };
}

export function isFault(step: unknown): step is Fault {
  return typeof step === 'object' && step !== null && 'fault' in step;
}

export function isSteps(answer: Answer): answer is Iterable<Step> {
  return typeof answer === 'object' && Symbol.iterator in answer;
}
