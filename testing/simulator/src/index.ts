export { runManyWorlds } from './many-worlds.ts';
export { runOurs } from './ours.ts';
export { type Figures, type Strategy, simulate } from './run.ts';
export { type ScenarioName, worldOf } from './scenarios.ts';
export { strategies } from './strategies.ts';
export type { Target, World } from './world.ts';
