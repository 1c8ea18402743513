import type { Results } from './results.ts';
import { table } from './tables.ts';

// Wall time says more about the machine, and what else it does, than about a client.
const held = /^(?:CPU|memory|bundle)/;

/** How much worse a ratio may be than it was: a machine that does other things too makes no more of it. */
const margin = 1.5;

/** Holds our ratios to the AWS SDK to those of an earlier run. Times are never compared. */
export function guard(now: Results, then: Results, ours: readonly string[]): { said: string; failed: boolean } {
  const rows = now.figures.flatMap(({ what, client, ratio }) => {
    if (!ours.includes(client) || !held.test(what) || !ratio) return [];
    const before = then.figures.find((figure) => figure.what === what && figure.client === client)?.ratio;
    return [{ what, client, before: before?.median, now: ratio.median, worse: before && ratio.median / before.median }];
  });
  const cells = rows.map(({ what, client, before, now, worse }) => [
    what,
    client,
    before?.toFixed(2) ?? 'not measured',
    now.toFixed(2),
    worse ? `× ${worse.toFixed(2)}` : '',
  ]);
  const problems = [
    ...rows
      .filter(({ worse = 0 }) => worse > margin)
      .map(
        ({ what, client, before, now }) =>
          `${what}, ${client}: ${now.toFixed(2)} of the AWS SDK, it was ${before?.toFixed(2)}.`,
      ),
    ...rows
      .filter(({ before }) => before === undefined)
      .map(({ what, client }) => `${what}, ${client}: the last run has no ratio of it. Run: pnpm bench`),
    ...now.notRun.map(({ what, client, why }) => `${what}, ${client}: did not run. ${why}`),
  ];
  const verdict = problems.length === 0 ? `No ratio is worse than × ${margin} of what it was.` : problems.join('\n');
  const head = ['what', 'client', `${then.date.slice(0, 10)}, ÷ the AWS SDK`, 'now', ''];
  return { said: `${table(head, cells)}\n\n${verdict}`, failed: problems.length > 0 };
}
