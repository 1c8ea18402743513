import type { Role } from './content.ts';
import type { ConverseStreamEvent } from './events.ts';
import { addDelta, addStart, type ClosedBlocks, closeBlock, type OpenBlock } from './open-block.ts';
import type { ConverseResponse, PartialResponse, Warning } from './reply.ts';
import { noUsage } from './usage.ts';

/** Events in, a reply out. */
export interface Fold {
  /** Takes the next event. Cheap, and total: no sequence of events makes it throw. */
  add(event: ConverseStreamEvent): void;
  /** The reply, once `messageStop` has come; before that there is none. */
  readonly response: ConverseResponse | undefined;
  /** Whatever has come so far. */
  readonly partial: PartialResponse;
}

/**
 * Folds the events of a stream into the reply that the same call without streaming would have given. It is right for
 * interleaved blocks, missing starts and stops, tool input in pieces of any size and kinds that it does not know:
 * what is incomplete is marked as such, and what it cannot place is kept in `unknownEvents`. Another `messageStart`
 * makes void what came before it.
 */
export function createFold(): Fold {
  const blocks = new Map<number, OpenBlock>();
  const unknownEvents: ConverseStreamEvent[] = [];
  let ending: Record<string, unknown> = {};
  let role: Role = 'assistant';
  let begun = false;
  let stopped = false;
  let lastIndex: number | undefined;
  let last: OpenBlock | undefined;

  // Deltas come in runs of the same block, so the last one is kept at hand.
  function blockAt(index: number): OpenBlock | undefined {
    if (index === lastIndex) return last;
    if (!Number.isInteger(index)) return undefined;
    last = blocks.get(index);
    if (last === undefined) {
      last = {};
      blocks.set(index, last);
    }
    lastIndex = index;
    return last;
  }

  // A second start is what a manager sends that begins a broken stream anew: what came before it is void.
  function startAnew(): void {
    blocks.clear();
    unknownEvents.length = 0;
    ending = {};
    stopped = false;
    last = undefined;
    lastIndex = undefined;
  }

  // The wire is not trusted to hold what the types say.
  function place(event: ConverseStreamEvent): boolean {
    if (event?.contentBlockDelta) {
      const { contentBlockIndex, delta } = event.contentBlockDelta;
      return addDelta(blockAt(contentBlockIndex), delta);
    }
    if (event?.contentBlockStart) {
      const { contentBlockIndex, start } = event.contentBlockStart;
      return addStart(blockAt(contentBlockIndex), start);
    }
    if (event?.contentBlockStop) {
      const block = blockAt(event.contentBlockStop.contentBlockIndex);
      if (block) block.stopped = true;
      return block !== undefined;
    }
    if (event?.messageStart) {
      if (typeof event.messageStart.role !== 'string') return false;
      if (begun) startAnew();
      begun = true;
      role = event.messageStart.role;
      return true;
    }
    if (event?.messageStop) {
      stopped = true;
      ending = { ...ending, ...endingFields(event.messageStop) };
      return true;
    }
    if (event?.metadata) {
      ending = { ...ending, ...endingFields(event.metadata) };
      return true;
    }
    return false;
  }

  function partial(): PartialResponse {
    const closed: ClosedBlocks = { content: [], incomplete: [], warnings: [] };
    for (const [, block] of [...blocks].sort(([a], [b]) => a - b)) closeBlock(block, stopped, closed);
    const { content, incomplete, warnings } = closed;
    if (unknownEvents.length > 0) warnings.push(unknownWarning(unknownEvents));
    return {
      output: { message: { role, content } },
      metrics: {},
      ...ending,
      ...(incomplete.length > 0 && { incomplete }),
      ...(unknownEvents.length > 0 && { unknownEvents: [...unknownEvents] }),
      ...(warnings.length > 0 && { warnings }),
    };
  }

  return {
    add(event) {
      if (!place(event)) unknownEvents.push(event);
    },
    get partial() {
      return partial();
    },
    get response() {
      if (!stopped) return undefined;
      const { usage, stopReason, warnings = [], ...reply } = partial();
      if (!usage) {
        const message = 'The service reported no usage for this call, so its tokens count as none.';
        warnings.push({ code: 'usage_missing', message });
      }
      return {
        ...reply,
        stopReason: stopReason ?? 'unknown',
        usage: usage ?? { ...noUsage },
        ...(warnings.length > 0 && { warnings }),
      };
    },
  };
}

/** All fields but `p`, with which Bedrock pads its frames, and what is the fold's own to say; fields of tomorrow stay. */
function endingFields(event: Record<string, unknown>): Record<string, unknown> {
  const { p, output, incomplete, unknownEvents, warnings, ...fields } = event;
  return fields;
}

function unknownWarning(events: ConverseStreamEvent[]): Warning {
  const names = events.map((event) => {
    const inner = event?.contentBlockStart?.start ?? event?.contentBlockDelta?.delta ?? {};
    return [...Object.keys(event ?? {}).slice(0, 1), ...Object.keys(inner).slice(0, 1)].join('.') || typeof event;
  });
  const message = `The stream held what this release does not know: ${[...new Set(names)].join(', ')}. It is in unknownEvents as it came.`;
  return { code: 'unknown_event', message };
}
