import type { MessageProblemCode, Place, Report } from './errors.ts';

/** Of a limit that is worth a warning. Small counts, such as one video, have no "nearly". */
const warnFrom = 0.8;
const smallestToWarnOf = 5;

export type Measure = {
  code: MessageProblemCode;
  received: number;
  /** What the caller allows, which is Bedrock's own limit unless it was changed. */
  limit: number;
  /** What Bedrock takes, where it says so. */
  bedrock?: number | undefined;
  /** What is measured, such as `'chart.png'` or `The message`. */
  subject: string;
  /** What the figures count, such as `bytes`. */
  unit: string;
  /** What to do when it is too much. */
  advice: string;
};

/**
 * Holds a measure to its limit: more is a problem, equal passes. From 80 % of what Bedrock takes it is a warning, and
 * so is a limit of the caller's own that lies above it. Returns whether it passed.
 */
export function checkLimit(measure: Measure, place: Place, report: Report): boolean {
  const { code, received, limit, bedrock, subject, unit, advice } = measure;
  const received_ = `${count(received)} ${unit}`;
  const passed = received <= limit;
  if (!passed) {
    const message = `${subject} has ${received_}, and ${count(limit)} is the limit. ${advice}`;
    report.problems.push({ ...place, code, message, received, limit });
  }
  const { path } = place;
  if (bedrock !== undefined && limit > bedrock) {
    const message = `The limit of ${count(limit)} ${unit} lies above the ${count(bedrock)} that Bedrock documents, so the service may refuse what passes here.`;
    report.warnings.push({ code: 'limit_above_bedrock', message, path });
  }
  const lower = Math.min(limit, bedrock ?? limit);
  if (passed && lower >= smallestToWarnOf && received >= warnFrom * lower) {
    const message = `${subject} has ${received_}, ${Math.round((100 * received) / lower)} % of the ${count(lower)} that are the limit.`;
    report.warnings.push({ code: 'near_limit', message, path });
  }
  return passed;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
