import type { BulkSummary } from '@outcrop/bedrock';
import { failureOf, oneLine } from '../failure.ts';
import { amount, dollars, duration, wholeNumber } from '../figures.ts';
import type { TargetStanding } from './standing.ts';
import type { Watch } from './watch.ts';

/** What a run came to. With `--json` this is printed. */
export type Report = Omit<BulkSummary, 'success' | 'total'> & {
  out: string;
  journal: string;
  /** Whether every prompt has an answer. */
  complete: boolean;
  /** How many prompts there are; `null` where nobody knows, because the run was stopped before their end. */
  total: number | null;
  /** By the code of the error. */
  failures: Readonly<Record<string, number>>;
  /** How many answers came with a warning, by its code. */
  warnings: Readonly<Record<string, number>>;
  targets: readonly TargetStanding[];
};

/** Puts together what is known. */
export function reportOf(
  { success: _, total: __, ...figures }: BulkSummary,
  { failures, warnings, targets }: Pick<Watch, 'failures' | 'warnings' | 'targets'>,
  about: Pick<Report, 'out' | 'journal' | 'total'>,
): Report {
  return {
    ...about,
    complete: figures.ok === about.total,
    ...figures,
    failures,
    warnings: Object.fromEntries([...warnings].map(([code, { count }]) => [code, count])),
    targets: targets(),
  };
}

/** What should be known of the answers and of what failed: a line for each kind of it. */
export function remarks({ examples, warnings }: Pick<Watch, 'examples' | 'warnings'>): string[] {
  return [
    ...[...warnings].map(([code, { count, message }]) =>
      oneLine(`${wholeNumber(count)} with a warning: ${message} (${code})`),
    ),
    ...[...examples.values()].map(({ id, error }) => oneLine(`${id} failed: ${failureOf(error).line}`)),
  ];
}

/** What is said at the end to a person. */
export function summaryText(report: Report): string {
  const {
    ok,
    total,
    totalMs,
    restored,
    usage,
    cost,
    restoredUsage,
    restoredCost,
    throttles,
    latencyMs,
    out,
    failures,
  } = report;
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  const left = total === null ? undefined : total - ok - failed;
  const reasons = Object.entries(failures).map(([code, count]) => `${wholeNumber(count)} ${code}`);
  const known = restored > 0 ? ` (${wholeNumber(restored)} known from before)` : '';
  const lines = [
    [
      `${wholeNumber(ok)}${total === null ? '' : ` of ${wholeNumber(total)}`} answered${known} in ${duration(totalMs)}`,
      failed > 0 && `${wholeNumber(failed)} failed: ${reasons.join(', ')}`,
    ],
    [
      ...spentWords(usage, cost),
      throttles > 0 && `${wholeNumber(throttles)} throttles`,
      latencyMs.p50 > 0 && `half within ${duration(latencyMs.p50)}, 95 % within ${duration(latencyMs.p95)}`,
    ],
    restored > 0 ? [`What was known had taken ${spentWords(restoredUsage, restoredCost).join(' · ')}`] : [],
    [`Answers are in ${out}`],
    [
      left !== 0 &&
        `${left === undefined ? 'There is more to do' : `${wholeNumber(left)} are left`}: the same command goes on.`,
    ],
    [failed > 0 && 'To ask again what failed: the same command with --retry-failed.'],
  ];
  return lines
    .map((parts) => parts.filter(Boolean).join(' · '))
    .filter(Boolean)
    .join('\n');
}

function spentWords({ inputTokens, outputTokens }: Report['usage'], { usd, status }: Report['cost']): string[] {
  return [
    `${amount(inputTokens)} tokens in, ${amount(outputTokens)} out`,
    `${dollars(usd)}${status === 'priced' ? '' : ', as far as prices are known'}`,
  ];
}
