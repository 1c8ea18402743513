import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Figure, NotRun } from './figure.ts';

/** All that one run of `pnpm bench` found, and where: `bench/results/latest.json`. */
export type Results = {
  date: string;
  node: string;
  machine: { cpu: string; cores: number; memoryGb: number; os: string };
  /** What all clients talked to. */
  service: 'emulator';
  rounds: number;
  /** How long the run took. */
  seconds: number;
  /** Of every package that was measured. */
  versions: Record<string, string>;
  figures: Figure[];
  notRun: NotRun[];
};

const file = new URL('../results/latest.json', import.meta.url);

export function readResults(): Results {
  if (!existsSync(file)) throw new Error('There is no bench/results/latest.json yet: `pnpm bench` writes it.');
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function writeResults(results: Results): void {
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value);
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`);
}
