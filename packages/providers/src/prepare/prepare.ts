import type {
  ConverseRequest,
  ConverseResponse,
  ConverseStreamEvent,
  ModelTraits,
  OutputRung,
  Warning,
} from '@outcrop/converse';
import { prepareBlocks } from './blocks.ts';
import { planCachePoints } from './cache-plan.ts';
import { prepareCachePoints } from './cache-points.ts';
import { checkFields } from './fields.ts';
import { prepareInference } from './inference.ts';
import { checkLimits } from './limits.ts';
import { prepareOutput } from './output.ts';
import { restorerFor } from './restore.ts';
import { createRun, type Run, throwFindings } from './run.ts';
import { checkShape } from './shape.ts';
import { prepareSystem } from './system.ts';
import { answerToolUses, partTextFromResults } from './tool-turns.ts';
import { prepareTools } from './tools.ts';
import { checkTurns, mergeTurns, preparePrefill, putTextBesideDocuments } from './turns.ts';

/** What may be asked of {@link prepareRequest}. */
export type PrepareOptions = {
  /**
   * `auto`: cache points are put where this model makes use of them, unless the request has some of its own. Nothing
   * happens for a model of which it is not known that it caches.
   */
  cache?: 'auto' | undefined;
  /** The highest rung to ask for structured output on, once a model has refused one. @default 'native' */
  rung?: OutputRung | undefined;
};

/** A request that the model takes, and the way back for its reply. */
export type PreparedRequest = {
  /** The very request that was given, if nothing had to be changed. */
  request: ConverseRequest;
  /** Whatever was changed, where, and why. They belong into the reply's `warnings`. */
  warnings: Warning[];
  /** How structured output is asked for, if it is. */
  rung?: OutputRung | undefined;
  /** The reply as its caller expects it: with the names of its own tools, and structured output as text. */
  restoreReply(reply: ConverseResponse): ConverseResponse;
  /** The same for the events of one stream: a function to be called with each of them, in their order. */
  restoreEvents(): (event: ConverseStreamEvent) => readonly ConverseStreamEvent[];
};

/** In this order: blocks by themselves, turns, the other fields, and what counts over the whole request. */
const steps: readonly ((request: ConverseRequest, run: Run) => ConverseRequest)[] = [
  mergeTurns,
  answerToolUses,
  partTextFromResults,
  putTextBesideDocuments,
  preparePrefill,
  checkTurns,
  prepareSystem,
  prepareOutput,
  prepareTools,
  prepareInference,
  prepareCachePoints,
  planCachePoints,
  checkFields,
  checkLimits,
];

/**
 * Makes a request one that the model takes, as far as that keeps what it means, and says what it changed. Pure: the
 * given request stays as it is, and what needs no change is handed on as the same object. What is not known of a
 * model is sent as it is.
 *
 * @throws {ConverseError} `invalid_request` with all its `problems` for what no model takes, `too_large`, and
 * `unsupported_feature` for what this model does not take and no repair can replace.
 *
 * @example
 * ```ts
 * import { prepareRequest } from '@outcrop/providers';
 *
 * const { request, warnings } = prepareRequest(
 *   { messages: [{ role: 'user', content: [{ text: ' ' }, { text: 'Which rock is this?' }] }] },
 *   {},
 * );
 * request.messages; // without the blank text
 * warnings[0]?.code; // 'blank_text'
 * ```
 */
export function prepareRequest(
  request: ConverseRequest,
  traits: ModelTraits,
  options: PrepareOptions = {},
): PreparedRequest {
  const run = createRun(request, traits, options);
  checkShape(request, run);
  let prepared = request;
  if (run.problems.length === 0) prepared = prepareBlocks(request, run);
  // What has no shape would only trip up the others.
  if (run.problems.length > 0) throwFindings(run);
  for (const step of steps) prepared = step(prepared, run);
  throwFindings(run);
  return { request: prepared, warnings: run.warnings, rung: run.output?.rung, ...restorerFor(run) };
}
