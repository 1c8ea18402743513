import {
  type ConverseRequest,
  type ConverseResponse,
  type ConverseStream,
  type ConverseStreamEvent,
  createConverseStream,
} from '@outcrop/converse';
import { endCall, startCall } from './call.ts';
import type { Core } from './core.ts';
import type { ManagerCallOptions } from './options.ts';
import { accept, leaveTurn, nextTurn, turnBegan, turnFailed } from './turn.ts';

/** The same as a stream: until something of it has been handed out it fails over as freely as a whole reply does. */
export function stream(core: Core, request: ConverseRequest, options: ManagerCallOptions): ConverseStream {
  let reply: ConverseResponse | undefined;

  async function* play(signal: AbortSignal): AsyncGenerator<ConverseStreamEvent> {
    const call = startCall(core, request, { ...options, signal }, 'stream');
    try {
      for (;;) {
        const turn = await nextTurn(call);
        try {
          const inner = turn.converse.converseStream(turn.request, turn.options);
          // It says no more than that somebody is there: until something else comes, the call may still go elsewhere.
          let start: ConverseStreamEvent | undefined;
          for await (const event of turn.deadlines.watch(inner)) {
            if (!turn.began) {
              if (start === undefined && event?.messageStart) {
                start = event;
                continue;
              }
              turnBegan(call, turn);
              if (start !== undefined) yield start;
            }
            yield event;
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

  return createConverseStream(play, { signal: options.signal, finish: (folded) => reply ?? folded });
}
