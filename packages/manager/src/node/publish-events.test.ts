import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { CallEvent } from '@outcrop/converse';
import { eventChannel, publishEvents } from '@outcrop/manager/node';
import { expect, test } from 'vitest';

test('publishes each event on the channel of its type, until it is ended', () => {
  const listeners = new Set<(event: CallEvent) => void>();
  const stop = publishEvents({
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
  const seen: unknown[] = [];
  const hear = (event: unknown) => void seen.push(event);
  const warning: CallEvent = { type: 'warning', warning: { code: 'model_legacy', message: 'It is old.' } };
  const target = { model: 'Nova Lite', id: 'amazon.nova-lite-v1:0', region: 'us-east-1', route: 'in_region' };
  subscribe(eventChannel('warning'), hear);
  for (const listener of listeners) {
    listener(warning);
    listener({ type: 'attempt', target, attempt: 1 });
  }
  unsubscribe(eventChannel('warning'), hear);
  expect(seen).toEqual([warning]);
  stop();
  expect(listeners.size).toBe(0);
});
