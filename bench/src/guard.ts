import type { Figure } from './figure.ts';
import type { Results } from './results.ts';

/** How much worse a ratio may be than it was, on a machine that does other things too. */
const margin = 1.5;

/** Which of our ratios to the AWS SDK are worse than those of an earlier run. Times are never compared. */
export function guard(now: Results, then: Results): { table: string; regressed: boolean } {
  const rows = now.figures.flatMap((figure) => {
    const before = then.figures.find((each) => each.what === figure.what && each.client === figure.client);
    if (!isOurs(figure) || !figure.ratio || !before?.ratio) return [];
    const worse = figure.ratio.median / before.ratio.median;
    return [{ figure, before: before.ratio.median, now: figure.ratio.median, worse }];
  });
  const lines = rows.map(
    ({ figure: { what, client }, before, now, worse }) =>
      `| ${what} | ${client} | ${before.toFixed(2)} | ${now.toFixed(2)} | ${worse > margin ? `**× ${worse.toFixed(2)}**` : `× ${worse.toFixed(2)}`} |`,
  );
  return {
    table: lines.join('\n'),
    regressed: rows.some(({ worse }) => worse > margin) || now.notRun.length > 0,
  };
}

function isOurs({ client }: Figure): boolean {
  return client.startsWith('LLMManager') || client.startsWith('providers');
}
