import { useEffect } from 'preact/hooks';
import type { BulkFigures } from '../../server/bulk-figures.ts';
import { SwitchPanel } from '../failover/switch-panel.tsx';
import { duration } from '../failover/timeline.tsx';
import { Icon } from '../icon.tsx';
import { changeSwitches, setup, switches } from '../setup.ts';
import { figures, forget, isLoaded, isUnderWay, order, points, problem, showNewest } from './bulk.ts';
import { CostPlot, LatencyPlot, SharePlot, ThroughputPlot } from './plots.tsx';
import { RunForm } from './run-form.tsx';

/** Many prompts at once, as fast as the quota allows. */
export function BulkView() {
  useEffect(() => {
    showNewest();
  }, []);
  const shown = figures.value;
  return (
    <div class="bulk">
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {shown ? <Run run={shown} /> : isLoaded.value && <RunForm />}
    </div>
  );
}

const stateWords: Record<BulkFigures['state'], string> = {
  running: 'Running',
  paused: 'Paused',
  done: 'Done',
  stopped: 'Stopped',
  broken: 'Broken off: its journal could not be read or written',
};

function Run({ run }: { run: BulkFigures }) {
  const { state, total, ended, models } = run;
  return (
    <>
      <header class="run" data-state={state}>
        <div>
          <h1>
            {stateWords[state]}: {ended.toLocaleString('en')} of {total.toLocaleString('en')}
          </h1>
          <p class="quiet">
            {models.join(', ')} in {setup.value?.regions.join(' and ')}
            {run.restored > 0 && `; ${run.restored.toLocaleString('en')} were in the journal already`}
          </p>
        </div>
        <Orders run={run} />
      </header>
      <progress max={total} value={ended} aria-label="Prompts that have ended" />
      <Numbers run={run} />
      <div class="plots">
        <ThroughputPlot points={points.value} quota={quotaPerSecond(run)} />
        <LatencyPlot counts={run.latencyCounts} />
        <CostPlot points={points.value} usd={run.usd} />
        <SharePlot targets={run.targets} />
      </div>
      {switches.value && <Quota />}
    </>
  );
}

function quotaPerSecond({ models }: BulkFigures): number | undefined {
  const targets = (setup.value?.targets ?? []).filter(({ model }) => models.includes(model));
  const perMinute = switches.value?.requestsPerMinute;
  return perMinute === undefined ? undefined : (perMinute / 60) * targets.length;
}

function Orders({ run }: { run: BulkFigures }) {
  if (!isUnderWay(run)) {
    return (
      <div class="orders">
        <a class="button" href={`/api/bulk/${run.id}/answers`} download>
          <Icon name="down" /> Answers
        </a>
        <button type="button" class="primary" onClick={forget}>
          New run
        </button>
      </div>
    );
  }
  return (
    <div class="orders">
      {run.state === 'running' ? (
        <button type="button" onClick={() => order('pause')}>
          <Icon name="pause" /> Pause
        </button>
      ) : (
        <button type="button" class="primary" onClick={() => order('resume')}>
          <Icon name="play" /> Resume
        </button>
      )}
      <button type="button" onClick={() => order('stop')}>
        <Icon name="stop" /> Stop
      </button>
    </div>
  );
}

function Numbers({ run }: { run: BulkFigures }) {
  const throttles = run.targets.reduce((sum, { throttled }) => sum + throttled, 0);
  const numbers = {
    'a second': (isUnderWay(run) ? run.perSecond : (run.ended - run.restored) / (run.elapsedMs / 1_000)).toFixed(1),
    'still to go': isUnderWay(run) && run.etaMs !== undefined ? duration(run.etaMs) : '–',
    'under way': String(run.running),
    failed: run.failed.toLocaleString('en'),
    throttles: throttles.toLocaleString('en'),
    tokens: run.tokens.toLocaleString('en'),
    cost: `$${run.usd.toFixed(4)}`,
  };
  return (
    <dl class="numbers">
      {Object.entries(numbers).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Quota() {
  const perMinute = switches.value?.requestsPerMinute ?? 0;
  return (
    <details class="panel">
      <summary>
        <h2>Break it</h2>
      </summary>
      <label class="slider">
        Quota of each target: <b>{perMinute.toLocaleString('en')} requests a minute</b>
        <input
          type="range"
          min={120}
          max={6_000}
          step={120}
          value={perMinute}
          onChange={({ currentTarget }) => changeSwitches({ requestsPerMinute: Number(currentTarget.value) })}
        />
      </label>
      <SwitchPanel />
    </details>
  );
}
