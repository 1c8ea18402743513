import { computed, signal } from '@preact/signals';
import type { Setup } from '../server/app.ts';
import type { Switches } from '../server/switches.ts';
import { ask } from './ask.ts';

/** What the server is set up with; `undefined` until it has answered. */
export const setup = signal<Setup | undefined>(undefined);
export const isReachable = signal(true);
export const switches = computed(() => setup.value?.switches);

/** Asks again for as long as nobody answers: a server that is started anew is found again. */
export async function loadSetup(): Promise<void> {
  try {
    setup.value = (await ask('/api/setup')) as Setup;
    isReachable.value = true;
  } catch {
    isReachable.value = false;
    setTimeout(loadSetup, 1_000);
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
