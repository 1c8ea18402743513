import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { describeAborting } from './aborting.ts';
import { describeFailing } from './failing.ts';
import type { ContractOptions, ConverseHarness } from './harness.ts';
import { describeLeaving } from './leaving.ts';
import { describeReading } from './reading.ts';
import { createSubject } from './subject.ts';
import { describeTools } from './tools.ts';
import { describeUnknown } from './unknown.ts';
import { describeUsage } from './usage.ts';

/**
 * The behaviour that every `Converse` shows. Whatever passes it can stand in for any other that does.
 *
 * @example
 * ```ts
 * import { createScriptedConverse } from '@outcrop/converse/testing';
 * import { describeConverse } from '@outcrop/converse-contract';
 *
 * describeConverse('a scripted Converse', () => ({ arrange: createScriptedConverse }));
 * ```
 */
export function describeConverse(
  name: string,
  makeHarness: () => ConverseHarness | Promise<ConverseHarness>,
  { lacks = [] }: ContractOptions = {},
): void {
  describe(name, () => {
    let harness: ConverseHarness;
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    const subject = createSubject(() => harness, lacks);

    beforeAll(async () => {
      process.on('unhandledRejection', onUnhandled);
      harness = await makeHarness();
    });

    afterAll(async () => {
      await harness.close?.();
      process.off('unhandledRejection', onUnhandled);
    });

    afterEach(async () => {
      await subject.settle();
      expect(unhandled.splice(0), 'rejections that nobody handled').toEqual([]);
    });

    describe('reading', () => describeReading(subject));
    describe('tools', () => describeTools(subject));
    describe('usage', () => describeUsage(subject));
    describe('what is not known yet', () => describeUnknown(subject));
    describe('failing', () => describeFailing(subject));
    describe('aborting', () => describeAborting(subject));
    describe('leaving early', () => describeLeaving(subject));
  });
}
