import { computed, signal } from '@preact/signals';
import type { Setup } from '../server/app.ts';
import type { Switches } from '../server/switches.ts';
import { ask } from './ask.ts';

/** What the server is set up with; `undefined` until it has answered. */
export const setup = signal<Setup | undefined>(undefined);
export const isReachable = signal(true);
export const switches = computed(() => setup.value?.switches);

const loaded = Promise.withResolvers<void>();

/** Done when the server has answered for the first time. */
export const ready = loaded.promise;

/** Asks the server, which has just shown itself. */
export async function loadSetup(): Promise<void> {
  try {
    setup.value = (await ask('/api/setup')) as Setup;
    isReachable.value = true;
    loaded.resolve();
  } catch {
    isReachable.value = false;
  }
}

/** Shows the change at once, and takes it back if the server refuses it. */
export async function changeSwitches(patch: Partial<Switches>): Promise<void> {
  const before = setup.value;
  if (before?.switches === undefined) return;
  const next = { ...before.switches, ...patch };
  setup.value = { ...before, switches: next };
  try {
    await ask('/api/switches', { method: 'PUT', json: next });
  } catch {
    setup.value = before;
    loadSetup();
  }
}
