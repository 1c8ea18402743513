import {
  type CitationDelta,
  type ContentBlockDelta,
  type ContentBlockStart,
  type ConverseResponse,
  type ConverseStreamEvent,
  type ConverseStreamEvents,
  createFold,
  type StopReason,
} from '@outcrop/converse';
import { countsInMetrics, metricsKey, usageIn } from './counts.ts';
import { askedFields, type JsonObject, merge } from './fields.ts';
import type { InvokeCounts, InvokeReplyContext } from './format.ts';
import { asJson, type Fields, malformed } from './read-body.ts';

/**
 * Writes the events of a reply for a format whose own chunks know no blocks. A whole reply is written the same way and
 * folded, so that it can't differ from its stream.
 */
export interface ReplyWriter {
  text(piece: string): void;
  reasoning(piece: string): void;
  /** A source of the text that is open. */
  citation(citation: CitationDelta): void;
  /** Begins a tool call; its input comes in pieces of JSON under the same key. */
  toolUse(key: number, start: { toolUseId: string; name: string }): void;
  toolInput(key: number, piece: string): void;
  /** The message is whole, for this reason. */
  stop(reason: StopReason): void;
  /** Why it stopped, as far as it has. */
  readonly stopReason: StopReason | undefined;
  /** Figures of the body itself, which go before all others; later ones replace earlier ones. */
  count(counts: InvokeCounts): void;
  /**
   * The body or the chunk itself, for what is asked of it by name and for what Bedrock adds to it. Given all that a
   * reply is known to hold, the rest is kept.
   */
  native(fields: Fields, known?: ReadonlySet<string>): void;
  /** What Bedrock adds to a body or a chunk, alone. */
  added(fields: Fields): void;
  /** Fields for `additionalModelResponseFields` that nobody has to ask for. */
  keep(fields: JsonObject): void;
  /** The events since the last time. */
  take(): ConverseStreamEvent[];
  /** What is left: the end of a message that has one, and its figures. */
  end(): ConverseStreamEvent[];
}

type Key = number | 'text' | 'reasoning';

/** Makes a {@link ReplyWriter} for one reply. */
export function createReplyWriter({ request, counts: ofHeaders = {} }: InvokeReplyContext): ReplyWriter {
  const open = new Map<Key, number>();
  const asked = request.additionalModelResponseFieldPaths !== undefined;
  let events: ConverseStreamEvent[] = [];
  let begun = false;
  let blocks = 0;
  let stopReason: StopReason | undefined;
  let ofBody: InvokeCounts = {};
  let ofMetrics: InvokeCounts = {};
  let native: JsonObject = {};
  let kept: JsonObject = {};
  let intervened = false;

  /** The index of the block of that key, which is begun if need be. Of text and reasoning, one is open at a time. */
  function indexOf(key: Key, start?: ContentBlockStart): number {
    const index = open.get(key);
    if (index !== undefined) return index;
    // Calls stay open: several may grow side by side.
    close('text', 'reasoning');
    open.set(key, blocks);
    if (start) events.push({ contentBlockStart: { contentBlockIndex: blocks, start } });
    return blocks++;
  }

  function close(...keys: Key[]): void {
    for (const key of keys) {
      const contentBlockIndex = open.get(key);
      if (contentBlockIndex !== undefined) events.push({ contentBlockStop: { contentBlockIndex } });
      open.delete(key);
    }
  }

  function delta(contentBlockIndex: number, piece: ContentBlockDelta): void {
    events.push({ contentBlockDelta: { contentBlockIndex, delta: piece } });
  }

  function added(fields: Fields): void {
    // With the first chunk, whatever it holds: of a stream that brings none, nothing has begun.
    if (!begun) events.push({ messageStart: { role: 'assistant' } });
    begun = true;
    if (metricsKey in fields) ofMetrics = { ...ofMetrics, ...countsInMetrics(fields) };
    intervened ||= fields['amazon-bedrock-guardrailAction'] === 'INTERVENED';
    const trace = fields['amazon-bedrock-trace'];
    if (trace !== undefined && trace !== null) kept = { ...kept, 'amazon-bedrock-trace': asJson(trace) };
  }

  function take(): ConverseStreamEvent[] {
    const taken = events;
    events = [];
    return taken;
  }

  return {
    text(piece) {
      if (piece) delta(indexOf('text'), { text: piece });
    },
    reasoning(piece) {
      if (piece) delta(indexOf('reasoning'), { reasoningContent: { text: piece } });
    },
    citation(citation) {
      delta(indexOf('text'), { citation });
    },
    toolUse(key, toolUse) {
      indexOf(key, { toolUse });
    },
    toolInput(key, input) {
      if (input) delta(indexOf(key), { toolUse: { input } });
    },
    stop(reason) {
      stopReason = reason;
    },
    get stopReason() {
      return stopReason;
    },
    count(counts) {
      ofBody = { ...ofBody, ...counts };
    },
    added,
    native(fields, known) {
      added(fields);
      // Most chunks hold nothing of it, and streams have many of them.
      for (const key of asked || known ? Object.keys(fields) : []) {
        const value = fields[key];
        if (value === null || key.startsWith('amazon-bedrock-')) continue;
        if (asked) native = { ...native, [key]: asJson(value) };
        if (known && !known.has(key)) kept = { ...kept, [key]: asJson(value) };
      }
    },
    keep(fields) {
      kept = { ...kept, ...fields };
    },
    take,
    end() {
      if (stopReason === undefined) return take();
      close(...open.keys());
      const more = merge(kept, askedFields(native, request));
      const reason = intervened ? 'guardrail_intervened' : stopReason;
      const additional = Object.keys(more).length > 0 && { additionalModelResponseFields: more };
      events.push({ messageStop: { stopReason: reason, ...additional } });
      const { latencyMs, ...counts } = { ...ofHeaders, ...ofMetrics, ...ofBody };
      const usage = usageIn(counts);
      if (usage || latencyMs !== undefined) {
        const metadata = { ...(usage && { usage }), metrics: latencyMs === undefined ? {} : { latencyMs } };
        // Bedrock says both in every stream of Converse; here what nobody said is missing, and the fold reports it.
        events.push({ metadata: metadata as ConverseStreamEvents['metadata'] });
      }
      return take();
    },
  };
}

/** The reply that the events of a whole body fold to. */
export function foldReply(events: readonly ConverseStreamEvent[]): ConverseResponse {
  const fold = createFold();
  for (const event of events) fold.add(event);
  if (fold.response) return fold.response;
  throw malformed('', 'it holds no message that ends');
}
