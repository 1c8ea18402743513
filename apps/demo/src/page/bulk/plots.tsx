import { type BulkFigures, type BulkPoint, latencyBoundsMs } from '../../server/bulk-figures.ts';
import { duration } from '../failover/timeline.tsx';
import { type Frame, niceTop, Plot, TimeAxis, YAxis } from './plot.tsx';

type Points = readonly BulkPoint[];

/** How many ended a second, and what the quota allows. */
export function ThroughputPlot({ points, quota }: { points: Points; quota?: number | undefined }) {
  const top = niceTop(Math.max(1, (quota ?? 0) * 1.1, ...points.map(({ perSecond }) => perSecond)));
  const newest = points.at(-1)?.perSecond ?? 0;
  const says = `Now ${newest.toFixed(1)} a second${quota === undefined ? '' : `; the quota is ${quota.toFixed(1)}`}.`;
  return (
    <Plot title="Answers a second" says={says} top={top}>
      {(frame) => (
        <>
          <YAxis frame={frame} top={top} unit={(value) => String(value)} />
          <TimeAxis frame={frame} endMs={endOf(points)} />
          <polyline class="line" points={path(points, frame, ({ perSecond }) => perSecond)} />
          {quota !== undefined && (
            <g class="quota">
              <line x1={frame.left} x2={frame.right} y1={frame.y(quota)} y2={frame.y(quota)} />
              <text x={frame.right} y={frame.y(quota) - 6} text-anchor="end">
                quota {quota.toFixed(0)}
              </text>
            </g>
          )}
        </>
      )}
    </Plot>
  );
}

/** What all of it has cost. */
export function CostPlot({ points, usd }: { points: Points; usd: number }) {
  const top = niceTop(Math.max(0.0001, usd));
  return (
    <Plot title="Cost in US dollars" says={`$${usd.toFixed(4)} so far.`} top={top}>
      {(frame) => (
        <>
          <YAxis frame={frame} top={top} unit={(value) => `$${Number(value.toPrecision(2))}`} />
          <TimeAxis frame={frame} endMs={endOf(points)} />
          <polyline class="line" points={path(points, frame, (point) => point.usd)} />
        </>
      )}
    </Plot>
  );
}

/** How many answers took how long. */
export function LatencyPlot({ counts }: { counts: readonly number[] }) {
  const top = niceTop(Math.max(1, ...counts));
  const isEmpty = counts.every((count) => count === 0);
  const says = isEmpty
    ? 'Nothing has been answered yet.'
    : `Most took ${boundText(counts.indexOf(Math.max(...counts)))}.`;
  const step = 1 / counts.length;
  return (
    <Plot title="How long a call took" says={says} top={top}>
      {(frame) => (
        <>
          <YAxis frame={frame} top={top} unit={(value) => value.toLocaleString('en')} />
          {counts.map((count, index) => {
            const [left, right, y] = [frame.x(index * step), frame.x((index + 1) * step), frame.y(count)];
            return (
              <g key={boundText(index)}>
                <rect class="bar" x={left + 2} y={y} width={right - left - 4} height={frame.bottom - y} rx="2">
                  <title>{`${count.toLocaleString('en')} took ${boundText(index)}`}</title>
                </rect>
                <text x={(left + right) / 2} y={frame.height - 9} text-anchor="middle">
                  {shortBound(index)}
                </text>
              </g>
            );
          })}
        </>
      )}
    </Plot>
  );
}

function boundText(index: number): string {
  const bound = latencyBoundsMs[index];
  return bound === undefined ? `more than ${duration(latencyBoundsMs.at(-1) ?? 0)}` : `up to ${duration(bound)}`;
}

/** In seconds, and short enough to stand below a bar on a phone. */
function shortBound(index: number): string {
  const bound = latencyBoundsMs[index];
  return bound === undefined ? '> s' : String(bound / 1_000).replace(/^0\./, '.');
}

/** Who answered how much. */
export function SharePlot({ targets }: { targets: BulkFigures['targets'] }) {
  const total = targets.reduce((sum, { answered }) => sum + answered, 0);
  const models = [...new Set(targets.map(({ model }) => model))];
  // A colour for each model, and a shade of it for each place.
  const keyed = targets.map((target) => {
    const { model, region, route } = target;
    const places = targets.filter((each) => each.model === model);
    const opacity = 1 - (0.65 * places.indexOf(target)) / places.length;
    return { ...target, key: `${model} ${region} ${route}`, tint: `c${models.indexOf(model) % 6}`, opacity };
  });
  return (
    <figure class="plot share">
      <figcaption>
        Who answered <small>{targets.length} targets</small>
      </figcaption>
      <div class="bars" aria-hidden="true">
        {keyed.map(({ key, tint, opacity, answered }) => (
          <i key={key} class={tint} style={{ flexGrow: answered, opacity }} />
        ))}
      </div>
      <table>
        <thead>
          <tr>
            {['Target', 'Answers', 'Share', 'Throttles'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {keyed.map(({ key, tint, opacity, model, region, route, answered, throttled }) => (
            <tr key={key}>
              <th scope="row">
                <i class={`key ${tint}`} style={{ opacity }} />
                {model}{' '}
                <small>
                  {region}, {route.replaceAll('_', ' ')}
                </small>
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

function path(points: Points, frame: Frame, read: (point: BulkPoint) => number): string {
  const end = endOf(points);
  // No more points than the screen can show.
  const every = Math.ceil(points.length / 400);
  const shown = points.filter((_, index) => index % every === 0 || index === points.length - 1);
  return shown.map((point) => `${frame.x(point.atMs / end).toFixed(1)},${frame.y(read(point)).toFixed(1)}`).join(' ');
}

function endOf(points: Points): number {
  return Math.max(10_000, points.at(-1)?.atMs ?? 0);
}
