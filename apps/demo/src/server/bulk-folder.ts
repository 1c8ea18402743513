import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BulkFigures, BulkPoint } from './bulk-figures.ts';

/** What a run was started with: enough to go on with it after the server was killed. */
export type BulkPlan = {
  id: string;
  createdAt: string;
  models: string[];
  prompts: string[];
  isPaused: boolean;
  /** There once it is over. */
  figures?: BulkFigures | undefined;
  points?: readonly BulkPoint[] | undefined;
};

const keptPlans = 10;

// The folder comes from a command line, and may hold what is somebody else's.
const isId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Where plans and journals lie: one folder for each run. No name in it comes from a page. */
export function openBulkFolder(folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const placeOf = ({ id }: BulkPlan) => join(folder, id);

  return {
    journalPath: (plan: BulkPlan) => join(placeOf(plan), 'answers.journal'),

    write(plan: BulkPlan): void {
      mkdirSync(placeOf(plan), { recursive: true });
      const file = join(placeOf(plan), 'plan.json');
      writeFileSync(`${file}.new`, JSON.stringify(plan));
      renameSync(`${file}.new`, file);
    },

    /** The newest ones, the oldest of them first. Older ones are deleted, and so is what was cut off while it began. */
    read(): BulkPlan[] {
      const plans = readdirSync(folder)
        .filter((name) => isId.test(name))
        .flatMap((name) => readPlan(join(folder, name)) ?? []);
      plans.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
      for (const plan of plans.splice(0, plans.length - keptPlans)) rmSync(placeOf(plan), { recursive: true });
      return plans;
    },
  };
}

function readPlan(place: string): BulkPlan | undefined {
  try {
    return JSON.parse(readFileSync(join(place, 'plan.json'), 'utf8')) as BulkPlan;
  } catch {
    rmSync(place, { recursive: true, force: true });
    return undefined;
  }
}
