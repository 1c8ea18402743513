import {
  type ConverseError,
  type ConverseErrorContext,
  type ConverseStreamEvent,
  type ExactJson,
  parseExactly,
} from '@outcrop/converse';
import { eventFromJson } from '@outcrop/converse/json';
import { connectionError, malformedError, refusalError } from '../errors/wire-errors.ts';
import { contextOf, nameOf, readJson, readRefusal, type Warn } from './answer.ts';
import { createFrameDecoder, type Frame } from './frames.ts';
import type { WireResponse } from './transport.ts';

/** What a frame said: the kind of event, and its payload as JSON. */
type Message = { kind: string; payload: Record<string, unknown> };

/** What a stream's messages become, and what is left when it ends. */
export type StreamReader<Event> = {
  add(kind: string, payload: Record<string, unknown>): readonly Event[];
  end?(): readonly Event[];
};

/**
 * The events of a stream, all of those at once that arrived together. Exceptions inside of it are thrown with the
 * request's id, and so is whatever the connection ends with in the middle of a message.
 */
export async function* readEvents<Event>(
  response: WireResponse,
  reader: StreamReader<Event>,
): AsyncGenerator<readonly Event[]> {
  const { status, headers, body } = response;
  const isStream = headers['content-type']?.startsWith('application/vnd.amazon.eventstream');
  if (status < 200 || status >= 300 || headers['x-amzn-errortype'] !== undefined) throw await readRefusal(response);
  if (!isStream) throw await notAStream(response);
  const context = contextOf(response);
  const decoder = createFrameDecoder();
  try {
    for await (const bytes of body) {
      const events: Event[] = [];
      let failure: { error: unknown } | undefined;
      // What came before an exception is handed on first.
      try {
        for (const frame of decoder.add(bytes)) {
          const { kind, payload } = messageOf(frame, context);
          for (const event of reader.add(kind, payload)) events.push(event);
        }
      } catch (error) {
        failure = { error };
      }
      if (events.length > 0) yield events;
      if (failure !== undefined) throw failure.error;
    }
    decoder.end();
  } catch (error) {
    throw connectionError(error, context);
  }
  const rest = reader.end?.() ?? [];
  if (rest.length > 0) yield rest;
}

async function notAStream(response: WireResponse): Promise<ConverseError> {
  // Throws what it is, if it can be read.
  await readJson(response);
  return malformedError('A whole answer came where a stream was asked for.', contextOf(response));
}

const utf8 = new TextDecoder();

function messageOf({ headers, payload }: Frame, context: ConverseErrorContext): Message {
  const type = headers[':message-type'];
  if (type === 'event') return { kind: headers[':event-type'] ?? '', payload: parse(payload, context) };
  const status = context.status ?? 200;
  if (type === 'exception') {
    const fields = readFields(payload) ?? {};
    const { message = fields['Message'] } = fields;
    const name = upperFirst(nameOf(headers[':exception-type'] ?? fields['__type']));
    throw refusalError({ name, status, message: typeof message === 'string' ? message : '', fields }, context);
  }
  if (type === 'error') {
    const name = upperFirst(nameOf(headers[':error-code']));
    throw refusalError({ name, status, message: headers[':error-message'] ?? '', fields: {} }, context);
  }
  throw malformedError(`The stream held a message of the type ${type ?? 'none'}, which nobody knows.`, context);
}

function parse(payload: Uint8Array, context: ConverseErrorContext): Record<string, unknown> {
  const fields = readFields(payload);
  if (fields === undefined) throw malformedError('An event of the stream is no JSON object.', context);
  return fields;
}

function readFields(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    const fields: unknown = JSON.parse(utf8.decode(payload));
    if (typeof fields === 'object' && fields !== null) return fields as Record<string, unknown>;
  } catch {}
  return undefined;
}

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The events of ConverseStream. */
export const converseReader: StreamReader<ConverseStreamEvent> = {
  add: (kind, payload) => [eventOf(kind, payload)],
};

/** An event of the stream without the padding of its frame. Those that there are most of hold no bytes, so they are not converted. */
function eventOf(kind: string, { p, ...fields }: Record<string, unknown>): ConverseStreamEvent {
  const event = { [kind]: fields } as ConverseStreamEvent;
  const delta = event.contentBlockDelta?.delta;
  if (typeof delta?.text === 'string' || typeof delta?.toolUse?.input === 'string') return event;
  try {
    return eventFromJson(event);
  } catch {
    // The fold keeps what it cannot place, and says so.
    return event;
  }
}

/** What a chunk of InvokeModelWithResponseStream holds: the model's own JSON, its long numbers as text. */
export function chunkOf(payload: Record<string, unknown>, context: ConverseErrorContext, warn: Warn): unknown {
  const { bytes } = payload;
  let chunk: ExactJson | undefined;
  try {
    if (typeof bytes === 'string') chunk = parseExactly(utf8.decode(fromBase64(bytes)));
  } catch {}
  if (chunk !== undefined) {
    warn(chunk.warnings);
    return chunk.value;
  }
  throw malformedError('A chunk of the stream is no JSON in base64.', context);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
