import {
  type ConverseRequest,
  type ConverseResponse,
  type ConverseStream,
  type ConverseStreamEvent,
  createConverseStream,
  patienceAfter,
} from '@outcrop/converse';
import { endCall, startCall } from './call.ts';
import type { Core } from './core.ts';
import type { ManagerCallOptions } from './options.ts';
import { type Part, readParts } from './parts.ts';
import { accept, leaveTurn, nextTurn, turnBegan, turnFailed } from './turn.ts';

/** The same as a stream: until something of it has been handed out it fails over as freely as a whole reply does. */
export function stream(core: Core, request: ConverseRequest, options: ManagerCallOptions): ConverseStream {
  let reply: ConverseResponse | undefined;

  /** Each turn that has begun, while it is read: an error of its events is thrown in here. */
  async function* turns(signal: AbortSignal): AsyncGenerator<Part<ConverseStreamEvent>, void> {
    const call = startCall(core, request, { ...options, signal }, 'stream');
    try {
      for (;;) {
        const turn = await nextTurn(call);
        try {
          const inner = turn.converse.converseStream(turn.request, turn.options);
          const rest = turn.deadlines.watch(inner, patienceAfter)[Symbol.asyncIterator]();
          const begun = [await rest.next()];
          // It says no more than that somebody is there: until something else comes, the call may still go elsewhere.
          if (begun[0]?.value?.messageStart) begun.push(await rest.next());
          if (!begun.at(-1)?.done) {
            turnBegan(call, turn);
            yield { begun, rest };
          }
          reply = await accept(call, turn, await inner.response);
          return;
        } catch (error) {
          turnFailed(call, turn, error);
        } finally {
          leaveTurn(call, turn);
        }
      }
    } finally {
      endCall(call);
    }
  }

  return createConverseStream((signal) => readParts(turns(signal)), {
    signal: options.signal,
    finish: (folded) => reply ?? folded,
  });
}
