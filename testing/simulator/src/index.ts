export type { Calls } from './calls.ts';
export { fixedConcurrency } from './fixed-concurrency.ts';
export { runManyWorlds } from './many-worlds.ts';
export { runOurs } from './ours.ts';
export { type Figures, type Strategy, simulate } from './run.ts';
export { type ScenarioName, scenarios, worldOf } from './scenarios.ts';
export { strategies } from './strategies.ts';
export { countThrottle, type Tally } from './tally.ts';
export type { Request, Target, World } from './world.ts';
