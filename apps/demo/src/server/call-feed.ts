import type { CallEvent } from '@outcrop/converse';
import { z } from 'zod';
import { eventStream } from './event-stream.ts';

/** Tells a page what happens on the way to its replies, while it happens. */
export type CallFeed = {
  publish(session: string, event: CallEvent): void;
  /** Handles `GET /api/calls?session=…`. */
  open(request: Request): Response;
};

/** What the page is told of it: no message of the service, and no account number. */
export type PublicCallEvent =
  | { type: 'attempt' | 'reply'; model: string; region: string }
  | { type: 'throttle'; model: string; region: string; waitMs: number }
  | { type: 'failover'; model: string; region: string; code: string };

/** Makes one. A session is an id that a page made up for itself, and that nobody else can guess. */
export function createCallFeed(): CallFeed {
  const listeners = new Map<string, Set<(event: PublicCallEvent) => void>>();

  return {
    publish(session, event) {
      const told = publicForm(event);
      if (told) for (const listener of listeners.get(session) ?? []) listener(told);
    },
    open(request) {
      const session = z.uuid().parse(new URL(request.url).searchParams.get('session'));
      return eventStream(request.signal, (send) => {
        const all = listeners.get(session) ?? new Set();
        listeners.set(session, all.add(send));
        return () => {
          all.delete(send);
          if (all.size === 0) listeners.delete(session);
        };
      });
    },
  };
}

function publicForm(event: CallEvent): PublicCallEvent | undefined {
  switch (event.type) {
    case 'attempt':
      return { type: 'attempt', model: event.target.model, region: event.target.region };
    case 'throttle':
      return { type: 'throttle', model: event.target.model, region: event.target.region, waitMs: event.waitMs };
    case 'failover':
      return { type: 'failover', model: event.from.model, region: event.from.region, code: event.error.code };
    case 'reply':
      return { type: 'reply', model: event.attempt.target.model, region: event.attempt.target.region };
    case 'warning':
      return undefined;
  }
}
