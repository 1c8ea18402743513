import { clients } from './clients.ts';
import type { Figure, Measured, Spread } from './figure.ts';
import type { Results } from './results.ts';

/** All that was found, one line for each figure. */
export function longTable({ figures, notRun }: Measured): string {
  const rows = figures.map((figure) => {
    const { what, unit, client, ratio } = figure;
    return [what, client, spreadOf(figure), unit, ratio ? spreadOf(ratio) : ''];
  });
  const missing = notRun.map(({ what, client, why }) => [what, client, 'did not run', '', why]);
  return table(['what', 'client', 'median (least to most)', 'unit', '÷ the AWS SDK'], [...rows, ...missing]);
}

/** The run itself: where, when, with what. */
export function circumstances({ date, node, machine, rounds, seconds, versions, service }: Results): string {
  const { cpu, cores, memoryGb, os } = machine;
  const packages = Object.entries(versions).map(([name, version]) => `\`${name}\` ${version}`);
  return [
    `${date.slice(0, 10)}, on the ${service}: Node ${node}, ${os}, ${cpu}, ${cores} cores, ${memoryGb} GB; medians of ${rounds} interleaved rounds in ${Math.round(seconds / 60)} minutes.`,
    `${packages.join(', ')}.`,
  ].join('\n\n');
}

/** Who is who in the tables, and what each does otherwise than the rest. */
export function legend(): string {
  return Object.entries(clients)
    .map(([name, { packages, note }]) => {
      const from = packages.map((each) => `\`${each}\``).join(', ');
      return `- **${name}**${from && ` (${from})`}: ${note}`;
    })
    .join('\n');
}

// What the front page shows, and how it says it there.
const shown: Readonly<Record<string, string>> = {
  'CPU of a call': 'a call, CPU',
  'CPU of a streamed event': 'an event of a stream, CPU',
  'first text, beyond node:http': 'added to the time to first text',
  'CPU of the import': 'import, CPU',
  'first answer of a process': 'import to first answer',
  'memory after 1,000 calls': 'memory after 1,000 calls',
  'bundle, loaded by a call and a stream': 'bundle, minified, brotli',
  'wire cases right': 'right on the wire',
  'bulk in 2 regions: share of the ideal': 'a bulk run: share of the ideal',
  'bulk in 2 regions: throttled': 'a bulk run: throttled',
  'bulk in 2 regions: lost': 'a bulk run: requests lost',
};
const columns: Readonly<Record<string, readonly string[]>> = {
  Outcrop: ['LLMManager', 'ParallelLLMManager'],
  'Outcrop, direct': ['LLMManager, direct'],
  'AWS SDK': ['AWS SDK'],
  'AWS SDK, tuned': ['AWS SDK, tuned'],
  'AI SDK': ['AI SDK'],
  LangChain: ['LangChain'],
  Strands: ['Strands'],
};

/** The same in short: what one wants to know, of ours and of each peer. */
export function shortTable({ figures, notRun }: Results): string {
  const rows = Object.entries(shown).flatMap(([what, said]) => {
    const own = figures.filter((figure) => figure.what === what);
    const unit = own[0]?.unit ? `, ${own[0].unit}` : '';
    const cells = Object.values(columns).map((clients) => {
      const found = own.find(({ client }) => clients.includes(client));
      const failed = notRun.some((each) => each.what.includes(what) && clients.includes(each.client));
      return found ? cell(found) : failed ? 'did not run' : '–';
    });
    return own.length > 0 ? [[`${said}${unit}`, ...cells]] : [];
  });
  return table(['', ...Object.keys(columns)], rows);
}

function cell(figure: Figure): string {
  const { median, ratio, client } = figure;
  return ratio && client !== 'AWS SDK' ? `${number(median)} (${ratio.median.toFixed(2)})` : number(median);
}

function spreadOf({ median, low, high }: Spread): string {
  return low === high ? number(median) : `${number(median)} (${number(low)} to ${number(high)})`;
}

function number(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en');
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A table in Markdown. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
