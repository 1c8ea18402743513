import { setImmediate } from 'node:timers/promises';
import type { Converse } from '@outcrop/converse';
import type { Script } from '@outcrop/converse/testing';
import { type TestAPI, test } from 'vitest';
import type { ConverseHarness, Feature } from './harness.ts';

/** The implementation under test, as the behaviours see it. */
export type Subject = {
  arrange(script: Script): Promise<Converse>;
  settle(): Promise<void>;
  slack(): number;
  /** `test`, or a skipped one if the implementation lacks that. */
  testWith(feature: Feature): TestAPI | TestAPI['skip'];
};

export function createSubject(harness: () => ConverseHarness, lacks: readonly Feature[]): Subject {
  return {
    arrange: async (script) => harness().arrange(script),
    settle: async () => harness().settle?.() ?? turns(20),
    slack: () => harness().slack ?? 1,
    testWith: (feature) => (lacks.includes(feature) ? test.skip : test),
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}
