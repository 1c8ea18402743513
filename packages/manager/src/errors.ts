import {
  type Attempt,
  ConverseError,
  type ConverseErrorCode,
  type ConverseErrorDetails,
  type TargetName,
} from '@outcrop/converse';
import type { DeadlineError } from '@outcrop/retry-core';

/** A deadline of ours as what a caller of a Converse expects. */
export function timedOut(
  { phase, limitMs, message }: DeadlineError,
  attempts: readonly Attempt[],
  target?: TargetName,
): ConverseError {
  return new ConverseError('timeout', message, {
    phase: phase === 'attempt' ? 'first_event' : phase,
    deadlineMs: limitMs,
    attempts,
    target,
  });
}

/** The same error with all that was tried. The one that was thrown first is its cause. */
export function withAttempts(error: ConverseError, attempts: readonly Attempt[]): ConverseError {
  const { code, name: _, attempts: __, ...details } = { ...error };
  const all = { ...details, attempts: [...attempts], cause: error, partial: error.partial };
  return new ConverseError(code, error.message, all as unknown as ConverseErrorDetails<ConverseErrorCode>);
}

/** What to do about it, by the code that was met most often. */
const remedies: Partial<Record<ConverseErrorCode, string>> = {
  throttled: 'Name more regions or models, send less at once, or give the call more time (deadlines.totalMs).',
  quota_exhausted: 'Name more regions or models, or ask AWS for more tokens per day.',
  access_denied: 'Enable the models for this account, and check what its role and its organisation allow.',
  needs_profile: 'Name a model or a region with an inference profile, or allow more by residency.',
  unknown_model: 'Check the names with manager.validate(), or bring the catalog up to date.',
  model_retired: 'Name the successors of these models.',
  timeout: 'Give the call more time, or ask for less: a smaller maxTokens, a quicker model, a stream.',
  reply_rejected: 'Look at the reasons: the prompt may not ask for what validate wants.',
  stream_truncated: 'Try again; where it lasts, the connection in between cuts long answers.',
};

const otherwise = 'Try again later, or name more regions and models.';

/** The end of a call that has tried everything. */
export function exhausted(attempts: readonly Attempt[], tookMs: number, cause: unknown, why = ''): ConverseError {
  const models = [...new Set(attempts.map(({ target }) => target.model))];
  const regions = [...new Set(attempts.map(({ target }) => target.region))];
  const tried =
    attempts.length === 0 ? 'Nothing could be tried' : `No answer after ${count(attempts.length, 'attempt')}`;
  const where =
    attempts.length === 0 ? '' : ` at ${count(models.length, 'model')} in ${count(regions.length, 'region')}`;
  const lines = linesOf(attempts);
  const shown = lines.slice(0, lines.length > 6 ? 5 : 6);
  const message = [
    `${tried}${where}, ${(tookMs / 1000).toFixed(1)} s.${why}`,
    ...shown,
    ...(lines.length > shown.length ? [`- and ${lines.length - shown.length} more`] : []),
    remedies[commonest(attempts) ?? 'internal'] ?? otherwise,
  ].join('\n');
  return new ConverseError('exhausted', message, { models, regions, attempts: [...attempts], cause });
}

function linesOf(attempts: readonly Attempt[]): string[] {
  const counts = new Map<string, number>();
  for (const { target, error } of attempts) {
    if (error === undefined) continue;
    const [first = ''] = error.message.split('\n');
    const what = `${target.model} in ${target.region} (${target.route}): ${error.code}: ${first.slice(0, 160)}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, times]) => (times > 1 ? `- ${times} × ${what}` : `- ${what}`));
}

function commonest(attempts: readonly Attempt[]): ConverseErrorCode | undefined {
  const byCode = Map.groupBy(attempts, ({ error }) => error?.code);
  const [most] = [...byCode].sort(([, a], [, b]) => b.length - a.length);
  return most?.[0];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
