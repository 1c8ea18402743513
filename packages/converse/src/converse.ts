import type { ConverseErrorJson } from './errors.ts';
import type { ConverseStreamEvent } from './events.ts';
import type { Attempt, ConverseResponse, Warning } from './reply.ts';
import type { ConverseRequest } from './request.ts';
import type { TargetName } from './target.ts';

/**
 * Anything that can hold a conversation: one model in one region, a fail-over over many, an agent's view of either.
 * The request carries no model and no region; those are bound where a `Converse` is made.
 *
 * @example
 * ```ts
 * import { type Converse, textOf } from '@outcrop/converse';
 *
 * async function ask(model: Converse, question: string): Promise<string> {
 *   return textOf(await model.converse({ messages: [{ role: 'user', content: [{ text: question }] }] }));
 * }
 * ```
 */
export interface Converse {
  /** Asks and waits for the whole answer. Rejects with a `ConverseError`, or with the reason of an abort. */
  converse(request: ConverseRequest, options?: CallOptions): Promise<ConverseResponse>;
  /** Asks and hands out the answer as it comes. Returns at once; nothing is sent before the first use. */
  converseStream(request: ConverseRequest, options?: CallOptions): ConverseStream;
}

/**
 * A streamed answer. It can be read once: as events by iterating it, as text by iterating {@link text}, or as the
 * whole reply by awaiting {@link response}, which is there for all three.
 *
 * Leaving the loop early ends the call, frees its connection and rejects `response`. A stream that ends without
 * `messageStop` throws `stream_truncated`, with what had arrived as the error's `partial`.
 */
export interface ConverseStream extends AsyncIterable<ConverseStreamEvent> {
  /** Only the text, piece by piece. Another view of the same run, so iterate either this or the stream. */
  readonly text: AsyncIterable<string>;
  /**
   * The folded reply. Awaited alone, it reads the stream to its end by itself; once another view is being read, it is
   * there when that has come to its end.
   */
  readonly response: Promise<ConverseResponse>;
}

/** What concerns one call. */
export type CallOptions = {
  /** Ends the call at any time. It rejects with the signal's own reason. */
  signal?: AbortSignal | undefined;
  deadlines?: Deadlines | undefined;
  /** The higher, the sooner it gets a place where calls wait in line. @default 0 */
  priority?: number | undefined;
  /** Looks at a reply before the caller sees it. Used by who can call again, handed on by who cannot. */
  validate?: ((reply: ConverseResponse) => Verdict | Promise<Verdict>) | undefined;
  /** What happens on the way, for eyes and for admission control. What it throws is reported, and changes nothing. */
  onEvent?: ((event: CallEvent) => void) | undefined;
  /**
   * How the schema of `outputConfig` is sent, if there is one: for who goes down the rungs. Ignored by who can't choose.
   *
   * @default the best that the target's traits allow
   */
  rung?: OutputRung | undefined;
};

/**
 * The ways of getting JSON of a schema, the surest first: by the model's own structured output, by a forced tool whose
 * input is held to it, by any forced tool, or by asking for it in words.
 */
export type OutputRung = 'native' | 'strict_tool' | 'tool' | 'instruction';

/** How long each phase of a call may take, in milliseconds. What is left out has no limit of its own. */
export type Deadlines = {
  connectMs?: number | undefined;
  firstEventMs?: number | undefined;
  /** Between two events of a stream. Within the input of a tool, which may come as a whole, ten times as long. */
  idleMs?: number | undefined;
  /** From the call to its end, waiting and all attempts included. */
  totalMs?: number | undefined;
};

/** Whether a reply will do. */
export type Verdict = 'ok' | { reason: string; details?: unknown };

/** Something that happened on the way to an answer. */
export type CallEvent =
  | { type: 'attempt'; target: TargetName; attempt: number }
  | { type: 'throttle'; target: TargetName; waitMs: number; limit?: 'requests' | 'tokens' | undefined }
  | { type: 'failover'; from: TargetName; to: TargetName; error: ConverseErrorJson }
  | { type: 'reply'; attempt: Attempt }
  | { type: 'warning'; warning: Warning };
