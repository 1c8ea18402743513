import type { MessageProblemCode } from './errors.ts';
import type { Finding, Report } from './findings.ts';

/** What is measured: where it stands, what it may be called, and the code of being too much. */
export type Measure = Finding<MessageProblemCode> & {
  received: number;
  /** What the caller allows, which is Bedrock's own limit unless it was changed. */
  limit: number;
};

const warnFrom = 0.8;
// Small counts, such as one video, have no "nearly".
const smallestToWarnOf = 5;

/**
 * Holds a measure to its limit: more is a problem, equal passes. From 80 % of what Bedrock takes it is a warning, and
 * so is a limit of the caller's own above that. Returns whether it passed.
 */
export function checkLimit(measure: Measure, bedrock: number, { problems, warnings }: Report): boolean {
  const { received, limit, code: detail } = measure;
  const passed = received <= limit;
  if (!passed) problems.push(measure);
  if (limit > bedrock && received > 0) {
    warnings.push({ ...measure, code: 'limit_above_bedrock', received: limit, limit: bedrock, detail });
  }
  const lower = Math.min(limit, bedrock);
  if (received <= lower && lower >= smallestToWarnOf && received >= warnFrom * lower) {
    warnings.push({ ...measure, code: 'near_limit', limit: lower, detail });
  }
  return passed;
}
