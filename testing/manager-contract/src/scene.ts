import type { ConverseErrorCode, ConverseResponse } from '@outcrop/converse';
import { isConverseError } from '@outcrop/converse';
import { createEmulator, type Emulator } from '@outcrop/emulator';
import { LLMManager, type ManagerOptions } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';
import { createVirtualClock, type VirtualClock } from '@outcrop/retry-core/testing';
import { onTestFinished } from 'vitest';

const catalog = createCatalog();

/** A question that reserves little. */
export const request = {
  messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this?' }] }],
  inferenceConfig: { maxTokens: 100 },
};

/** A manager over two models in two regions of the emulator, in process, while time passes only when it is told to. */
export async function openScene(
  options: Partial<ManagerOptions> = {},
): Promise<{ manager: LLMManager; emulator: Emulator; clock: VirtualClock }> {
  const clock = createVirtualClock();
  const { now, delay } = clock;
  const emulator = await createEmulator({ respond: () => 'Granite.', now, delay });
  onTestFinished(emulator.close);
  const manager = new LLMManager({
    models: ['Nova Lite', 'Nova Micro'],
    regions: ['us-east-1', 'us-west-2'],
    routePreference: ['in_region', 'geo'],
    catalog,
    connect: emulator.connect,
    ...clock,
    ...options,
  });
  return { manager, emulator, clock };
}

/** Who was tried, and what came of it. */
export function tries({ attempts = [] }: Pick<ConverseResponse, 'attempts'>): string[] {
  return attempts.map(({ target: { id, region }, error }) => `${id} ${region}${error ? ` ${error.code}` : ''}`);
}

/** The reply, or the error if it is one that a Converse may throw. */
export async function endOf(
  call: Promise<ConverseResponse>,
): Promise<{ code: ConverseErrorCode | 'reply'; tries: string[]; message: string }> {
  try {
    return { code: 'reply', tries: tries(await call), message: '' };
  } catch (error) {
    if (!isConverseError(error)) throw error;
    return { code: error.code, tries: tries({ attempts: [...error.attempts] }), message: error.message };
  }
}
