import { channel } from 'node:diagnostics_channel';
import type { CallEvent } from '@outcrop/converse';
import type { LLMManager } from '../manager.ts';

/** The name of the channel that events of this type are published on, such as `outcrop:manager:failover`. */
export function eventChannel(type: CallEvent['type']): string {
  return `outcrop:manager:${type}`;
}

/**
 * Publishes the events of a manager to `node:diagnostics_channel`, one channel for each type of event. Gives a function
 * that ends it.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 * import type { LLMManager } from '@outcrop/manager';
 * import { eventChannel, publishEvents } from '@outcrop/manager/node';
 *
 * declare const manager: LLMManager;
 *
 * publishEvents(manager);
 * subscribe(eventChannel('failover'), (event) => console.log(event));
 * ```
 */
export function publishEvents(manager: Pick<LLMManager, 'listen'>): () => void {
  return manager.listen((event) => {
    const to = channel(eventChannel(event.type));
    if (to.hasSubscribers) to.publish(event);
  });
}
