import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { LLMManager } from '@outcrop/bedrock';
import { z } from 'zod';
import { type BulkPlan, openBulkFolder } from './bulk-folder.ts';
import { answersOf, type BulkNews, startRun, type WatchedRun } from './bulk-run.ts';
import { eventStream } from './event-stream.ts';
import { refuse } from './failures.ts';
import { readBody } from './read-body.ts';

const maxPrompts = 20_000;
const maxPromptLength = 8_000;

/** What bulk runs need of the server. `folder` is where they lie, so that a killed server goes on with them. */
export type BulkParts = { manager: LLMManager; models: readonly string[]; folder: string };

/** The handlers under `/api/bulk`. A run is found by its id among those that are known: no id becomes a path. */
export function createBulk({ manager, models, folder }: BulkParts) {
  const files = openBulkFolder(folder);
  const plans = new Map(files.read().map((plan) => [plan.id, plan]));
  const runs = new Map<string, WatchedRun>();
  for (const plan of plans.values()) if (plan.figures === undefined) begin(plan);

  function begin(plan: BulkPlan): void {
    const onEnd = (end: Pick<BulkPlan, 'figures' | 'points'>) => {
      // A server that is being closed leaves the rest to the next one.
      if (isClosing) return;
      runs.delete(plan.id);
      Object.assign(plan, end);
      files.write(plan);
    };
    runs.set(plan.id, startRun(manager, plan, files.journalPath(plan), onEnd));
  }

  let isClosing = false;
  const body = z.strictObject({
    models: z.array(z.enum(models)).min(1).max(models.length),
    prompts: z.array(z.string().trim().min(1).max(maxPromptLength)).min(1).max(maxPrompts),
  });

  function planOf(id: string): BulkPlan {
    const plan = plans.get(id);
    if (plan === undefined) throw refuse('id', 'There is no such run.');
    return plan;
  }

  return {
    /** `GET /api/bulk`: the runs that are known, the newest first. */
    list(): Response {
      const all = [...plans.values()].map(({ id, figures }) => figures ?? runs.get(id)?.figures);
      return Response.json(all.filter((each) => each !== undefined).reverse());
    },

    /** `POST /api/bulk`: starts one. */
    async start(request: Request): Promise<Response> {
      const given = await readBody(request, body);
      if (runs.size > 0) throw refuse('', 'A run is under way: one at a time.');
      const plan: BulkPlan = { id: randomUUID(), createdAt: new Date().toISOString(), isPaused: false, ...given };
      files.write(plan);
      plans.set(plan.id, plan);
      begin(plan);
      return Response.json({ id: plan.id }, { status: 201 });
    },

    /** `GET /api/bulk/:id/events`: its figures as they change. */
    events(request: Request, id: string): Response {
      const plan = planOf(id);
      return eventStream<BulkNews>(request.signal, (send) => {
        const run = runs.get(id);
        if (run) return run.watch(send);
        if (plan.figures) send({ figures: plan.figures, from: 0, points: [...(plan.points ?? [])] });
        return () => {};
      });
    },

    /** `POST /api/bulk/:id/pause` and its like. */
    order(id: string, order: 'pause' | 'resume' | 'stop'): Response {
      const plan = planOf(id);
      runs.get(id)?.[order]();
      if (order !== 'stop' && runs.has(id)) {
        plan.isPaused = order === 'pause';
        files.write(plan);
      }
      return new Response(null, { status: 204 });
    },

    /** `GET /api/bulk/:id/answers`: all answers of a run that is over, as lines of JSON. */
    answers(id: string): Response {
      const plan = planOf(id);
      if (plan.figures === undefined) throw refuse('id', 'The run is not over yet.');
      const lines = Readable.toWeb(Readable.from(answersOf(plan, files.journalPath(plan)))) as ReadableStream;
      const disposition = `attachment; filename="answers-${plan.createdAt.slice(0, 10)}.jsonl"`;
      return new Response(lines, {
        headers: { 'content-type': 'application/x-ndjson', 'content-disposition': disposition },
      });
    },

    /** Ends what is under way, without ending the runs: the next server goes on with them. */
    async close(): Promise<void> {
      isClosing = true;
      for (const run of runs.values()) run.stop();
      await Promise.all([...runs.values()].map(({ ended }) => ended));
    },
  };
}
