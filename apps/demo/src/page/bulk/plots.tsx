import type { ComponentChildren } from 'preact';
import { type BulkFigures, type BulkPoint, latencyBoundsMs } from '../../server/bulk-figures.ts';
import { duration } from '../failover/timeline.tsx';

const width = 560;
const height = 190;
const margin = { left: 44, right: 10, top: 10, bottom: 26 };
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };

/** How many ended a second, and what the quota allows. */
export function ThroughputPlot({
  points,
  quotaPerSecond,
}: {
  points: readonly BulkPoint[];
  quotaPerSecond?: number | undefined;
}) {
  const top = niceTop(Math.max(1, (quotaPerSecond ?? 0) * 1.15, ...points.map(({ perSecond }) => perSecond)));
  const newest = points.at(-1)?.perSecond ?? 0;
  const says = `Now ${newest.toFixed(1)} a second${quotaPerSecond ? `, and the quota is ${quotaPerSecond.toFixed(1)}` : ''}.`;
  return (
    <Plot title="Answers a second" says={says}>
      <Axes top={top} endMs={endOf(points)} unit={(value) => String(value)} />
      <polyline class="line" points={path(points, top, ({ perSecond }) => perSecond)} />
      {quotaPerSecond !== undefined && (
        <g class="quota">
          <line
            x1={margin.left}
            x2={width - margin.right}
            y1={yOf(quotaPerSecond, top)}
            y2={yOf(quotaPerSecond, top)}
          />
          <text x={width - margin.right} y={yOf(quotaPerSecond, top) - 5} text-anchor="end">
            quota {quotaPerSecond.toFixed(0)}
          </text>
        </g>
      )}
    </Plot>
  );
}

/** What all of it has cost. */
export function CostPlot({ points, usd }: { points: readonly BulkPoint[]; usd: number }) {
  const top = niceTop(Math.max(0.0001, usd));
  return (
    <Plot title="Cost in US dollars" says={`$${usd.toFixed(4)} so far.`}>
      <Axes top={top} endMs={endOf(points)} unit={(value) => `$${Number(value.toPrecision(2))}`} />
      <polyline class="line" points={path(points, top, (point) => point.usd)} />
    </Plot>
  );
}

/** How many answers took how long. */
export function LatencyPlot({ counts }: { counts: readonly number[] }) {
  const top = niceTop(Math.max(1, ...counts));
  const step = inner.width / counts.length;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = counts.indexOf(Math.max(...counts));
  const says = total === 0 ? 'Nothing has been answered yet.' : `Most took ${boundText(most)}.`;
  return (
    <Plot title="How long a call took" says={says}>
      <YAxis top={top} unit={(value) => value.toLocaleString('en')} />
      {counts.map((count, index) => {
        const y = yOf(count, top);
        const x = margin.left + index * step;
        return (
          <g key={index}>
            <rect class="bar" x={x + 2} y={y} width={step - 4} height={margin.top + inner.height - y} rx="2">
              <title>{`${count.toLocaleString('en')} took ${boundText(index)}`}</title>
            </rect>
            <text class="tick" x={x + step / 2} y={height - 9} text-anchor="middle">
              {shortBound(index)}
            </text>
          </g>
        );
      })}
    </Plot>
  );
}

function boundText(index: number): string {
  const bound = latencyBoundsMs[index];
  const longest = latencyBoundsMs.at(-1) ?? 0;
  return bound === undefined ? `more than ${duration(longest)}` : `up to ${duration(bound)}`;
}

function shortBound(index: number): string {
  const bound = latencyBoundsMs[index];
  return bound === undefined
    ? '>'
    : `${Number((bound / 1_000).toFixed(2))}`.replace(/^0\./, '.') + (index === 0 ? ' s' : '');
}

/** Who answered how much. */
export function SharePlot({ targets }: { targets: BulkFigures['targets'] }) {
  const total = targets.reduce((sum, { answered }) => sum + answered, 0);
  return (
    <figure class="plot share">
      <figcaption>
        Who answered <small>{targets.length} targets</small>
      </figcaption>
      <div class="bars" aria-hidden="true">
        {targets.map(({ model, region, answered }, index) => (
          <i key={`${region} ${model}`} class={`c${index % 6}`} style={{ flexGrow: answered }} />
        ))}
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Target</th>
            <th scope="col">Answers</th>
            <th scope="col">Share</th>
            <th scope="col">Throttles</th>
          </tr>
        </thead>
        <tbody>
          {targets.map(({ model, region, answered, throttled }, index) => (
            <tr key={`${region} ${model}`}>
              <th scope="row">
                <i class={`key c${index % 6}`} />
                {model} <small>{region}</small>
              </th>
              <td>{answered.toLocaleString('en')}</td>
              <td>{total === 0 ? '–' : `${Math.round((answered / total) * 100)} %`}</td>
              <td>{throttled.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function Plot({ title, says, children }: { title: string; says: string; children: ComponentChildren }) {
  return (
    <figure class="plot">
      <figcaption>
        {title} <small>{says}</small>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}. ${says}`}>
        {children}
      </svg>
    </figure>
  );
}

function Axes({ top, endMs, unit }: { top: number; endMs: number; unit: (value: number) => string }) {
  return (
    <>
      <YAxis top={top} unit={unit} />
      {[0, 0.5, 1].map((share) => (
        <text
          key={share}
          class="tick"
          x={margin.left + share * inner.width}
          y={height - 9}
          text-anchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
        >
          {Math.round((share * endMs) / 1_000)} s
        </text>
      ))}
    </>
  );
}

function YAxis({ top, unit }: { top: number; unit: (value: number) => string }) {
  return (
    <>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line
            class="grid"
            x1={margin.left}
            x2={width - margin.right}
            y1={yOf(share * top, top)}
            y2={yOf(share * top, top)}
          />
          <text class="tick" x={margin.left - 6} y={yOf(share * top, top) + 4} text-anchor="end">
            {unit(share * top)}
          </text>
        </g>
      ))}
    </>
  );
}

function path(points: readonly BulkPoint[], top: number, read: (point: BulkPoint) => number): string {
  const end = endOf(points);
  // No more points than the screen can show.
  const every = Math.ceil(points.length / 400);
  const shown = points.filter((_, index) => index % every === 0 || index === points.length - 1);
  return shown
    .map(
      (point) => `${(margin.left + (point.atMs / end) * inner.width).toFixed(1)},${yOf(read(point), top).toFixed(1)}`,
    )
    .join(' ');
}

function endOf(points: readonly BulkPoint[]): number {
  return Math.max(10_000, points.at(-1)?.atMs ?? 0);
}

function yOf(value: number, top: number): number {
  return margin.top + inner.height * (1 - value / top);
}

/** The next number that reads well: 1, 2 or 5 with zeros. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}
