import type { ConverseRequest, ConverseResponse } from '@outcrop/converse';
import { endCall, startCall } from './call.ts';
import type { Core } from './core.ts';
import type { ManagerCallOptions } from './options.ts';
import { accept, nextTurn, turnFailed } from './turn.ts';

/** One call to its end: turn by turn, until a reply will do or nothing is left to try. */
export async function ask(
  core: Core,
  request: ConverseRequest,
  options: ManagerCallOptions,
  kind: 'reply' | 'object' = 'reply',
): Promise<ConverseResponse> {
  const call = startCall(core, request, options, kind);
  try {
    for (;;) {
      const turn = await nextTurn(call);
      try {
        const asked = turn.converse.converse(turn.request, turn.options);
        return await accept(call, turn, await turn.deadlines.during(asked));
      } catch (error) {
        turnFailed(call, turn, error);
      }
    }
  } finally {
    endCall(call);
  }
}
