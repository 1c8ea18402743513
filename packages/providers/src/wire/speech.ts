import {
  type ConverseResponse,
  type ConverseStreamEvent,
  isConverseError,
  noUsage,
  type Target,
  type Warning,
} from '@outcrop/converse';
import { responseFromJson, toJson } from '@outcrop/converse/json';
import { withContext } from '../errors/wire-errors.ts';
import { countsInHeaders } from '../formats/counts.ts';
import type { Formats } from '../formats/create-formats.ts';
import type { InvokeReplyContext } from '../formats/format.ts';
import { requestHeaders } from '../formats/request-headers.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';
import { contextOf } from './answer.ts';
import { chunksOf, converseReader, type StreamReader } from './stream-events.ts';
import type { Operation, WireResponse } from './transport.ts';

/** A request as it goes over the wire, and how its answer is read. */
export type Encoded = {
  operation: Operation;
  headers: Readonly<Record<string, string>>;
  body: string;
  warnings: readonly Warning[];
  decode(json: object, response: WireResponse): ConverseResponse;
  reader(response: WireResponse): StreamReader<ConverseStreamEvent>;
};

/** Says a prepared request in the way in which its target is spoken to. */
export function encodeCall(
  prepared: PreparedRequest,
  { target, stream, formats }: { target: Target; stream: boolean; formats: Formats },
): Encoded {
  const said =
    target.api === 'invoke' ? encodeInvoke(prepared, { target, stream, formats }) : encodeConverse(prepared, stream);
  return {
    ...said,
    decode: (json, response) => prepared.restoreReply(said.decode(json, response)),
    reader: (response) => restored(said.reader(response), prepared.restoreEvents()),
  };
}

function encodeConverse({ request }: PreparedRequest, stream: boolean): Encoded {
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
  const { usage, metrics, ...said } = json as Partial<ConverseResponse>;
  try {
    const reply = responseFromJson({ stopReason: 'unknown', ...said, usage: usage ?? noUsage, metrics: metrics ?? {} });
    if (usage) return reply;
    const message = 'The service reported no usage for this call, so its tokens count as none.';
    return { ...reply, warnings: [...(reply.warnings ?? []), { code: 'usage_missing', message }] };
  } catch (error) {
    throw isConverseError(error) ? withContext(error, contextOf(response)) : error;
  }
}

function encodeInvoke(
  { request }: PreparedRequest,
  { target, stream, formats }: { target: Target; stream: boolean; formats: Formats },
): Encoded {
  const { traits } = target;
  const format = formats.find(traits, target);
  const { body, warnings } = format.encode(request, { traits, stream });
  const contextFor = ({ headers }: WireResponse): InvokeReplyContext => ({
    request,
    counts: countsInHeaders((name) => headers[name]),
  });
  return {
    operation: stream ? 'InvokeModelWithResponseStream' : 'InvokeModel',
    headers: requestHeaders(request),
    body: JSON.stringify(body),
    warnings,
    decode: (json, response) => within(response, () => format.decode(json, contextFor(response))),
    reader(response) {
      const decoder = format.decodeStream(contextFor(response));
      return {
        add: (kind, payload) =>
          kind === 'chunk'
            ? within(response, () => decoder.add(chunksOf(payload, contextOf(response))))
            : [{ [kind]: payload } as ConverseStreamEvent],
        end: () => within(response, () => decoder.end()),
      };
    },
  };
}

/** A format's error also says of which answer it is. */
function within<T>(response: WireResponse, decode: () => T): T {
  try {
    return decode();
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
