import type { TimelineStep } from './timeline-steps.ts';

/** The attempts of a reply on one scale of time, and in words beside it. */
export function Timeline({ steps, nowMs }: { steps: readonly TimelineStep[]; nowMs?: number | undefined }) {
  const end = Math.max(nowMs ?? 0, ...steps.map(({ startMs, endMs = startMs }) => endMs), 1);
  return (
    <ol class="timeline" aria-label="Attempts">
      {steps.map((step, index) => (
        <Step key={index} step={step} end={end} />
      ))}
    </ol>
  );
}

function Step({ step, end }: { step: TimelineStep; end: number }) {
  const { model, region, route, startMs, endMs, code } = step;
  const state = code !== undefined ? 'failed' : endMs === undefined ? 'running' : 'answered';
  const words = { failed: code?.replaceAll('_', ' '), running: 'under way', answered: 'answered' }[state];
  const style = { left: percent(startMs / end), width: percent(Math.max(((endMs ?? end) - startMs) / end, 0.012)) };
  return (
    <li class={`step ${state}`}>
      <span class="target">
        {model}{' '}
        <small>
          {region}, {route.replaceAll('_', ' ')}
        </small>
      </span>
      <span class="outcome">
        {words}
        {endMs !== undefined && <small> {duration(endMs - startMs)}</small>}
      </span>
      <span class="track">
        <i style={style} />
      </span>
    </li>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

export function duration(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
