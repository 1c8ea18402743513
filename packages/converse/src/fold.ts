import type { Citation, ContentBlock, Role, ToolResultContent } from './content.ts';
import type { ContentBlockDelta, ContentBlockStart, ConverseStreamEvent, ReasoningDelta } from './events.ts';
import type { MediaError, MediaSource } from './media.ts';
import type { JsonValue } from './one-of.ts';
import type { ConverseResponse, IncompleteBlock, PartialResponse, Warning } from './reply.ts';
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
 * what is incomplete is marked as such, and what it cannot place is kept in `unknownEvents`.
 */
export function createFold(): Fold {
  const blocks = new Map<number, OpenBlock>();
  const unknownEvents: ConverseStreamEvent[] = [];
  let ending: Record<string, unknown> = {};
  let role: Role = 'assistant';
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
    const content: ContentBlock[] = [];
    const incomplete: IncompleteBlock[] = [];
    for (const [, block] of [...blocks].sort(([a], [b]) => a - b)) close(block, stopped, content, incomplete);
    return {
      output: { message: { role, content } },
      metrics: {},
      ...ending,
      ...(incomplete.length > 0 && { incomplete }),
      ...(unknownEvents.length > 0 && {
        unknownEvents: [...unknownEvents],
        warnings: [unknownWarning(unknownEvents)],
      }),
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

/** A block while it grows. Which of the fields are there says what kind of block it is. */
type OpenBlock = {
  start?: ContentBlockStart;
  stopped?: boolean;
  text?: string;
  citations?: Citation[];
  input?: string;
  reasoning?: { text: string; signature?: string };
  redacted?: Uint8Array[];
  image?: { bytes: Uint8Array[]; source?: MediaSource; error?: MediaError };
  results?: ToolResultContent[];
};

/** Whether the start was of a known kind. A text block's start, where a model sends one, is empty. */
function addStart(block: OpenBlock | undefined, start: ContentBlockStart | undefined): boolean {
  if (block === undefined) return false;
  if (!start || Object.keys(start).length === 0) return true;
  if (!start.toolUse && !start.toolResult && !start.image) return false;
  block.start = start;
  return true;
}

/** Whether the delta was of a known kind. */
function addDelta(block: OpenBlock | undefined, delta: ContentBlockDelta | undefined): boolean {
  if (block === undefined) return false;
  if (typeof delta?.text === 'string') {
    block.text = block.text === undefined ? delta.text : block.text + delta.text;
    return true;
  }
  if (typeof delta?.toolUse?.input === 'string') {
    block.input = (block.input ?? '') + delta.toolUse.input;
    return true;
  }
  if (delta?.reasoningContent) return addReasoning(block, delta.reasoningContent);
  if (delta?.citation) {
    block.citations ??= [];
    block.citations.push(delta.citation as Citation);
    return true;
  }
  if (delta?.image) {
    block.image ??= { bytes: [] };
    const { source, error } = delta.image;
    if (source?.bytes instanceof Uint8Array) block.image.bytes.push(source.bytes);
    else if (source) block.image.source = source;
    if (error) block.image.error = error;
    return true;
  }
  if (Array.isArray(delta?.toolResult)) {
    block.results ??= [];
    for (const piece of delta.toolResult) addResult(block.results, piece);
    return true;
  }
  return false;
}

function addReasoning(block: OpenBlock, { text, signature, redactedContent }: ReasoningDelta): boolean {
  if (redactedContent instanceof Uint8Array) {
    block.redacted ??= [];
    block.redacted.push(redactedContent);
    return true;
  }
  if (typeof text !== 'string' && typeof signature !== 'string') return false;
  block.reasoning ??= { text: '' };
  if (typeof text === 'string') block.reasoning.text += text;
  if (typeof signature === 'string') block.reasoning.signature = (block.reasoning.signature ?? '') + signature;
  return true;
}

function addResult(results: ToolResultContent[], piece: ToolResultContent): void {
  const before = results.at(-1);
  if (typeof before?.text === 'string' && typeof piece?.text === 'string') before.text += piece.text;
  else results.push({ ...piece });
}

/** Writes what became of a block, and what is wrong with it. */
function close(block: OpenBlock, ended: boolean, content: ContentBlock[], incomplete: IncompleteBlock[]): void {
  const mark = (reason: IncompleteBlock['reason']) => incomplete.push({ contentIndex: content.length, reason });

  if (block.reasoning) content.push({ reasoningContent: { reasoningText: { ...block.reasoning } } });
  if (block.redacted) content.push({ reasoningContent: { redactedContent: joined(block.redacted) } });
  if (block.citations) {
    const cited = block.text === undefined ? [] : [{ text: block.text }];
    content.push({ citationsContent: { content: cited, citations: [...block.citations] } });
  } else if (block.text) {
    // An empty text block, which gpt-oss sends first, would make the next request fail that carries it.
    content.push({ text: block.text });
  }

  const { toolUse, toolResult, image } = block.start ?? {};
  if (toolUse || block.input !== undefined) {
    const { input, reason } = parseInput(block.input ?? '', ended || block.stopped === true);
    const wrong = toolUse?.toolUseId && toolUse.name ? reason : 'no_start';
    if (wrong) mark(wrong);
    content.push({ toolUse: { toolUseId: '', name: '', ...toolUse, input } });
  }
  if (toolResult || block.results) {
    if (!toolResult) mark('no_start');
    content.push({
      toolResult: { toolUseId: '', ...toolResult, content: (block.results ?? []).map((r) => ({ ...r })) },
    });
  }
  if (image || block.image) {
    if (!image) mark('no_start');
    const source = block.image?.source ?? { bytes: joined(block.image?.bytes ?? []) };
    content.push({
      image: { format: 'png', ...image, source, ...(block.image?.error && { error: block.image.error }) },
    });
  }
}

/** A tool's input as the object that it should be; else the raw text, so that nothing can take it for one. */
function parseInput(raw: string, ended: boolean): { input: JsonValue; reason?: IncompleteBlock['reason'] } {
  if (!ended) return { input: raw, reason: 'cut' };
  // No input at all is how a tool without parameters is called.
  if (raw.trim() === '') return { input: {} };
  try {
    const input = JSON.parse(raw) as JsonValue;
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { input };
  } catch {
    // The reason below says it.
  }
  return { input: raw, reason: 'invalid_json' };
}

function joined(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
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
