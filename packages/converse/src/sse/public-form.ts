import { type ConverseErrorJson, isConverseError } from '../errors.ts';
import type { BeyondEvents } from '../json/shapes.ts';
import type { Attempt, ConverseResponse } from '../reply.ts';
import type { TargetName } from '../target.ts';

/** The fields of an error that say what a page can do about it, and nothing about what is behind the server. */
const publicFields = [
  'retryAfterMs',
  'limit',
  'phase',
  'deadlineMs',
  'feature',
  'reason',
  'size',
  'tokens',
  'models',
  'regions',
] as const;

/**
 * An error for who is trusted with everything, or for a page. A page gets no message of the service, because these
 * name accounts, roles and resources. What is no {@link ConverseError} is an `internal` one to both.
 */
export function errorForm(error: unknown, trusted: boolean): ConverseErrorJson {
  if (!isConverseError(error)) {
    return { name: 'ConverseError', code: 'internal', message: 'The server failed inside.' };
  }
  const json = error.toJson();
  return trusted ? json : publicError(json);
}

/** The end of a reply, in the same two ways. */
export function beyondForm(reply: ConverseResponse, trusted: boolean): BeyondEvents {
  const { servedBy, attempts, warnings, cost, metrics } = reply;
  if (trusted) return { servedBy, attempts, warnings, cost, metrics };
  return {
    servedBy: servedBy && publicTarget(servedBy),
    attempts: attempts?.map(publicAttempt),
    warnings,
    cost,
    metrics,
  };
}

function publicError(error: ConverseErrorJson): ConverseErrorJson {
  const known = publicFields.flatMap((field) => (error[field] === undefined ? [] : [[field, error[field]] as const]));
  const { name, code, problems } = error;
  // The problems are of a request that the server made, and the service quotes the prompt in them.
  const none = problems !== undefined && { problems: [] };
  return { name, code, message: `The call failed: ${code}.`, ...Object.fromEntries(known), ...none };
}

// Field by field, here and below: what is added to a target or an attempt one day is not meant for pages by that.
function publicAttempt({ target, startedAt, durationMs, waitedMs, usage, error }: Attempt): Attempt {
  return { target: publicTarget(target), startedAt, durationMs, waitedMs, usage, error: error && publicError(error) };
}

/** An ARN loses its account and keeps its resource. */
function publicTarget({ model, id, region, route }: TargetName): TargetName {
  return { model, id: id.replace(/^arn:(?:[^:]*:){4}/, ''), region, route };
}
