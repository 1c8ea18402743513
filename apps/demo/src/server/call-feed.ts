import type { CallEvent, TargetName } from '@outcrop/converse';
import { z } from 'zod';
import { eventStream } from './event-stream.ts';

/** Tells a page what happens on the way to its replies, while it happens. */
export type CallFeed = {
  publish(session: string, event: CallEvent): void;
  /** Handles `GET /api/calls?session=…`. */
  open(request: Request): Response;
};

/** What the page is told of it: no message of the service, and no account number. */
export type PublicCallEvent = {
  model: string;
  region: string;
  route: string;
  /** `code` says why an attempt came to nothing. */
  happened: { type: 'begun' } | { type: 'failed'; code: string } | { type: 'answered' };
};

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
  const at = ({ model, region, route }: TargetName) => ({ model, region, route });
  switch (event.type) {
    case 'attempt':
      return { ...at(event.target), happened: { type: 'begun' } };
    case 'throttle':
      return { ...at(event.target), happened: { type: 'failed', code: 'throttled' } };
    case 'failover':
      return { ...at(event.from), happened: { type: 'failed', code: event.error.code } };
    case 'reply':
      return { ...at(event.attempt.target), happened: { type: 'answered' } };
    case 'warning':
      return undefined;
  }
}
