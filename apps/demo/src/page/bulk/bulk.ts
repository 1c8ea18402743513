import { isConverseError } from '@outcrop/converse';
import { signal } from '@preact/signals';
import type { BulkFigures, BulkPoint } from '../../server/bulk-figures.ts';
import type { BulkNews } from '../../server/bulk-run.ts';
import { ask } from '../ask.ts';

/** The run that is shown: the newest, unless a new one is being written. */
export const figures = signal<BulkFigures | undefined>(undefined);
export const points = signal<readonly BulkPoint[]>([]);
export const isLoaded = signal(false);
export const problem = signal('');

let watched: EventSource | undefined;

/** Shows the newest run that the server knows, if there is one. */
export async function showNewest(): Promise<void> {
  try {
    const [newest] = (await ask('/api/bulk')) as BulkFigures[];
    if (newest) watch(newest.id);
  } catch (error) {
    tell(error);
  } finally {
    isLoaded.value = true;
  }
}

export async function start(models: readonly string[], prompts: readonly string[]): Promise<void> {
  problem.value = '';
  try {
    const { id } = (await ask('/api/bulk', { method: 'POST', json: { models, prompts } })) as { id: string };
    watch(id);
  } catch (error) {
    tell(error);
  }
}

export async function order(name: 'pause' | 'resume' | 'stop'): Promise<void> {
  try {
    await ask(`/api/bulk/${figures.value?.id}/${name}`, { method: 'POST', json: {} });
  } catch (error) {
    tell(error);
  }
}

/** Puts the run away, to write another one. */
export function forget(): void {
  watched?.close();
  figures.value = undefined;
  points.value = [];
}

/** An event source asks again by itself, so a server that was killed is found when it is back, and the run with it. */
function watch(id: string): void {
  watched?.close();
  points.value = [];
  watched = new EventSource(`/api/bulk/${id}/events`);
  watched.onmessage = ({ data }) => {
    const news = JSON.parse(data) as BulkNews;
    figures.value = news.figures;
    points.value = [...points.value.slice(0, news.from), ...news.points];
    if (!isUnderWay(news.figures)) watched?.close();
  };
}

export function isUnderWay({ state }: BulkFigures): boolean {
  return state === 'running' || state === 'paused';
}

function tell(error: unknown): void {
  problem.value = isConverseError(error) ? error.message : 'The server did not answer.';
}
