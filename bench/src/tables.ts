import { clients } from './clients.ts';
import type { Figure, Spread } from './figure.ts';
import type { Results } from './results.ts';

/** Everything that a run found, one line for each figure. */
export function longTable({ figures, notRun }: Results): string {
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
    `${date.slice(0, 10)}, on the ${service}: Node ${node}, ${os}, ${cpu}, ${cores} cores, ${memoryGb} GB; ${rounds} interleaved rounds in ${Math.round(seconds / 60)} minutes.`,
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
  'CPU of a streamed event': 'a streamed event, CPU',
  'first text, beyond node:http': 'time to first text, added',
  'CPU of the import': 'import, CPU',
  'first answer of a process': 'first answer of a process',
  'memory after 1,000 calls': 'resident memory after 1,000 calls',
  'bundle, loaded at start': 'bundle, loaded at start',
  bundle: 'bundle, all of it',
};
const columns = ['LLMManager', 'LLMManager, direct', 'AWS SDK', 'AWS SDK, tuned', 'AI SDK', 'LangChain', 'Strands'];

/** The same in short: what one wants to know, of ours and of each peer. */
export function shortTable({ figures }: Results): string {
  const rows = Object.entries(shown).flatMap(([what, said]) => {
    const found = columns.map((client) => figures.find((figure) => figure.what === what && figure.client === client));
    const unit = found.find((figure) => figure)?.unit;
    return unit ? [[`${said}, ${unit}`, ...found.map(cell)]] : [];
  });
  return table(['', ...columns], rows);
}

function cell(figure: Figure | undefined): string {
  if (!figure) return 'did not run';
  const { median, ratio, client } = figure;
  return ratio && client !== 'AWS SDK' ? `${number(median)} (${ratio.median.toFixed(2)})` : number(median);
}

function spreadOf({ median, low, high }: Spread): string {
  return low === high ? number(median) : `${number(median)} (${number(low)} to ${number(high)})`;
}

function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
