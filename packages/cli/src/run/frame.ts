import wrapAnsi from 'wrap-ansi';
import { amount, dollars, duration, wholeNumber } from '../figures.ts';
import { layOut } from '../table.ts';
import type { Style } from '../terminal.ts';
import { restMs, type Standing, type TargetStanding } from './standing.ts';

const mostTargets = 8;

/** What stands on the terminal while a run goes on, line by line. */
export function frameOf(standing: Standing, { columns, style }: { columns: number; style: Style }): string[] {
  const { failed, running, tokens, usd, ok, isEnding } = standing;
  const figures = [
    `${wholeNumber(ok)} answered`,
    failed > 0 && style('red', `${wholeNumber(failed)} failed`),
    `${wholeNumber(running)} under way`,
    `${amount(tokens)} tokens`,
    dollars(usd),
  ];
  return [
    progressLine(standing, { columns, style }),
    ...wrapAnsi(figures.filter(Boolean).join(' · '), columns, { hard: true }).split('\n'),
    ...targetLines(standing.targets, { columns, style }),
    ...(isEnding ? wrapAnsi(style('yellow', endingLine(standing)), columns).split('\n') : []),
  ];
}

/** What is said when the user has asked for an end. */
export function endingLine({ running }: Standing): string {
  return `Finishing ${wholeNumber(running)} under way. Ctrl-C again stops at once.`;
}

/** The same as one line, for a log. */
export function lineOf(standing: Standing): string {
  const { failed, tokens, usd, running } = standing;
  const throttles = standing.targets.reduce((sum, target) => sum + target.throttles, 0);
  const parts = [
    howFar(standing),
    failed > 0 && `${wholeNumber(failed)} failed`,
    ...pace(standing),
    `${wholeNumber(running)} under way`,
    `${amount(tokens)} tokens`,
    dollars(usd),
    throttles > 0 && `${wholeNumber(throttles)} throttles`,
  ];
  return parts.filter(Boolean).join(', ');
}

function progressLine(standing: Standing, { columns, style }: { columns: number; style: Style }): string {
  const text = [howFar(standing), ...pace(standing)].join(' · ');
  const { total, ended } = standing;
  if (total === undefined) return text;
  const width = Math.min(30, columns - text.length - 2);
  return width < 5 ? text : `${bar(total === 0 ? 1 : ended / total, width, style)}  ${text}`;
}

function howFar({ total, ended }: Standing): string {
  if (total === undefined) return `${wholeNumber(ended)} done`;
  const percent = total === 0 ? 100 : Math.floor((ended / total) * 100);
  return `${wholeNumber(ended)} of ${wholeNumber(total)} (${percent} %)`;
}

function pace(standing: Standing): string[] {
  const { perSecond, total, ended, isEnding } = standing;
  const rest = restMs(standing);
  return [
    `${perSecond >= 10 ? wholeNumber(perSecond) : perSecond.toFixed(1)}/s`,
    ...(rest === undefined || ended === total || isEnding ? [] : [`${duration(rest)} left`]),
  ];
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function bar(share: number, width: number, style: Style): string {
  const filled = Math.floor(Math.min(1, share) * width * 8);
  const full = '█'.repeat(Math.floor(filled / 8)) + eighths[filled % 8];
  return style('cyan', full) + style('dim', '░'.repeat(width - full.length));
}

/** Who answers how much of it. Of many the busiest are shown, in places that they keep. */
function targetLines(
  targets: readonly TargetStanding[],
  { columns, style }: { columns: number; style: Style },
): string[] {
  const all = targets.reduce((sum, { replies }) => sum + replies, 0);
  const busiest = new Set(targets.toSorted((a, b) => b.replies - a.replies).slice(0, mostTargets));
  const rows = targets
    .filter((target) => busiest.has(target))
    .map(({ model, region, replies, throttles }) => [
      model,
      region,
      all === 0 ? '–' : `${Math.round((replies / all) * 100)} %`,
      wholeNumber(replies),
      throttles > 0 ? style('yellow', `${wholeNumber(throttles)} throttles`) : '',
    ]);
  const rest = targets.length - busiest.size;
  const align = ['left', 'left', 'right', 'right', 'left'] as const;
  return [...layOut(rows, { columns, align }), ...(rest > 0 ? [`and ${rest} more`] : [])];
}
