import { setImmediate } from 'node:timers/promises';
import type { Converse, ConverseError, ConverseErrorCode } from '@outcrop/converse';
import type { Script } from '@outcrop/converse/testing';
import { type TestAPI, test } from 'vitest';
import type { ConverseHarness, Feature } from './harness.ts';

/** The implementation under test, as the behaviours see it. */
export type Subject = {
  arrange(script: Script): Promise<Converse>;
  /** The code with which the service refused a call, see the harness. */
  refusalOf(error: ConverseError): ConverseErrorCode | undefined;
  settle(): Promise<void>;
  slack(): number;
  /** `test`, or a skipped one if the implementation lacks one of these. */
  testWith(...features: Feature[]): TestAPI | TestAPI['skip'];
};

export function createSubject(harness: () => ConverseHarness, lacks: readonly Feature[]): Subject {
  return {
    arrange: async (script) => harness().arrange(script),
    refusalOf: (error) => harness().refusalOf?.(error) ?? error.code,
    settle: async () => harness().settle?.() ?? turns(20),
    slack: () => harness().slack ?? 1,
    testWith: (...features) => (features.some((feature) => lacks.includes(feature)) ? test.skip : test),
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}
