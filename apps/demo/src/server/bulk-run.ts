import { type BulkItem, type LLMManager, openJournal, runAll, textOf } from '@outcrop/bedrock';
import { type BulkFigures, type BulkPoint, createBulkFigures } from './bulk-figures.ts';
import type { BulkPlan } from './bulk-folder.ts';

/** What a page that watches a run is told: the figures, and the points from that place on. */
export type BulkNews = { figures: BulkFigures; from: number; points: BulkPoint[] };

/** A bulk run that pages can watch, and that goes on where it was when its server was killed. */
export type WatchedRun = {
  readonly figures: BulkFigures;
  /** Done when it is over and its journal is closed. */
  readonly ended: Promise<void>;
  watch(listener: (news: BulkNews) => void): () => void;
  pause(): void;
  resume(): void;
  stop(): void;
};

const maxTokens = 500;
const maxConcurrency = 96;
const tickMs = 500;

/** Starts a run, or goes on with it: what its journal knows is not asked again. */
export function startRun(
  manager: LLMManager,
  plan: BulkPlan,
  journalPath: string,
  onEnd: (end: Pick<BulkPlan, 'figures' | 'points'>) => void,
): WatchedRun {
  const { id, createdAt, models, prompts } = plan;
  const listeners = new Set<(news: BulkNews) => void>();
  const stopping = new AbortController();
  const journal = openJournal(journalPath);
  const counts = createBulkFigures({ id, createdAt, models, total: prompts.length }, journal.known);
  const run = runAll(manager.using({ models }), itemsOf(plan), {
    capacity: manager.memory.fleet.capacity,
    maxConcurrency,
    journal,
    retry: { rounds: 2 },
    signal: stopping.signal,
    onEvent: counts.addEvent,
  });
  let state: BulkFigures['state'] = plan.isPaused ? 'paused' : 'running';
  if (plan.isPaused) run.pause();
  const timer = setInterval(tick, tickMs);
  const read = () => counts.read(state, run.progress());

  function tick(): void {
    const from = counts.points.length;
    if (state !== 'paused' || run.progress().running > 0) counts.addPoint(run.progress());
    const news = { figures: read(), from, points: counts.points.slice(from) };
    for (const listener of listeners) listener(news);
  }

  async function follow(): Promise<void> {
    try {
      for await (const outcome of run) counts.addOutcome(outcome);
      state = stopping.signal.aborted ? 'stopped' : 'done';
    } catch (error) {
      console.error(error);
      state = 'broken';
    } finally {
      clearInterval(timer);
      journal.close();
      tick();
      onEnd({ figures: read(), points: counts.points });
    }
  }
  const ended = follow();

  return {
    ended,
    get figures() {
      return read();
    },
    watch(listener) {
      listener({ figures: read(), from: 0, points: [...counts.points] });
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    pause() {
      if (state !== 'running') return;
      state = 'paused';
      run.pause();
      tick();
    },
    resume() {
      if (state !== 'paused') return;
      state = 'running';
      run.resume();
      tick();
    },
    stop: () => stopping.abort(),
  };
}

/** The answers of a run that is over, as lines of JSON. */
export function* answersOf(plan: BulkPlan, journalPath: string): Generator<string> {
  using journal = openJournal(journalPath);
  for (const [index, item] of itemsOf(plan).entries()) {
    const outcome = journal.recall({ id: item.id, index, item });
    const answer =
      outcome?.type === 'ok'
        ? { text: textOf(outcome.reply), servedBy: outcome.reply.servedBy, usd: outcome.reply.cost?.usd }
        : { code: outcome && 'error' in outcome ? outcome.error.code : 'not_started' };
    yield `${JSON.stringify({ id: item.id, prompt: plan.prompts[index], ...answer })}\n`;
  }
}

function itemsOf({ prompts }: BulkPlan): (BulkItem & { id: string })[] {
  return prompts.map((text, index) => ({
    id: `prompt-${index + 1}`,
    request: { messages: [{ role: 'user', content: [{ text }] }], inferenceConfig: { maxTokens } },
  }));
}
