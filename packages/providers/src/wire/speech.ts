import {
  type ConverseRequest,
  type ConverseResponse,
  type ConverseStreamEvent,
  isConverseError,
  noUsage,
  type Target,
  type Warning,
} from '@outcrop/converse';
import { responseFromJson, toJson } from '@outcrop/converse/json';
import { withContext } from '../errors/wire-errors.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';
import { contextOf, type Warn } from './answer.ts';
import { converseReader, type StreamReader } from './stream-events.ts';
import type { Operation, WireResponse } from './transport.ts';

/** A request as it goes over the wire, and how its answer is read. */
export type Encoded = {
  operation: Operation;
  headers: Readonly<Record<string, string>>;
  body: string;
  warnings: readonly Warning[];
  decode(json: object, response: WireResponse, warn: Warn): ConverseResponse;
  reader(response: WireResponse, warn: Warn): StreamReader<ConverseStreamEvent>;
};

/** Says a prepared request in the way in which its target is spoken to. The legacy formats are loaded by who needs them. */
export async function encodeCall(
  prepared: PreparedRequest,
  { target, stream, loadInvoke }: { target: Target; stream: boolean; loadInvoke: LoadInvoke },
): Promise<Encoded> {
  const said =
    target.api === 'invoke'
      ? (await loadInvoke()).encode(prepared.request, { target, stream })
      : encodeConverse(prepared.request, stream);
  return {
    ...said,
    decode: (json, response, warn) => prepared.restoreReply(said.decode(json, response, warn)),
    reader: (response, warn) => restored(said.reader(response, warn), prepared.restoreEvents()),
  };
}

/** What says requests in the legacy formats. */
export type Invoke = { encode(request: ConverseRequest, context: { target: Target; stream: boolean }): Encoded };

export type LoadInvoke = () => Promise<Invoke>;

function encodeConverse(request: ConverseRequest, stream: boolean): Encoded {
  return {
    operation: stream ? 'ConverseStream' : 'Converse',
    headers: {},
    body: JSON.stringify(toJson(request)),
    warnings: [],
    decode: replyOf,
    reader: () => converseReader,
  };
}

/** Bedrock's reply. What it forgot to say is said to be unknown; what makes no sense is an error. */
function replyOf(json: object, response: WireResponse): ConverseResponse {
  const { usage, metrics } = json as Partial<ConverseResponse>;
  try {
    const reply = responseFromJson({ stopReason: 'unknown', ...json, usage: usage ?? noUsage, metrics: metrics ?? {} });
    if (usage) return reply;
    const message = 'The service reported no usage for this call, so its tokens count as none.';
    return { ...reply, warnings: [...(reply.warnings ?? []), { code: 'usage_missing', message }] };
  } catch (error) {
    throw isConverseError(error) ? withContext(error, contextOf(response)) : error;
  }
}

function restored(
  reader: StreamReader<ConverseStreamEvent>,
  restore: (event: ConverseStreamEvent) => readonly ConverseStreamEvent[],
): StreamReader<ConverseStreamEvent> {
  return {
    add: (kind, payload) => reader.add(kind, payload).flatMap(restore),
    end: () => (reader.end?.() ?? []).flatMap(restore),
  };
}
