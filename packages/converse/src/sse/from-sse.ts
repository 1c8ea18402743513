import type { ConverseStream } from '../converse.ts';
import { ConverseError, errorFromJson } from '../errors.ts';
import type { ConverseStreamEvent } from '../events.ts';
import { eventFromJson, read } from '../json/json.ts';
import { type BeyondEvents, beyondEvents } from '../json/shapes.ts';
import { createConverseStream } from '../stream.ts';
import { textOfBody } from './body.ts';
import { createSseReader } from './sse-text.ts';

/** What concerns the reading of a stream. */
export type FromSseOptions = {
  /** Ends the stream at any time, with the signal's own reason, and cancels the body. */
  signal?: AbortSignal | undefined;
};

/**
 * The stream that the other side gave to {@link toSse}: the same events, the same reply, the same errors. Leaving it
 * early cancels the body, so that the other side ends its call.
 *
 * It throws the server's error where there is one, in the stream or as the JSON of a {@link ConverseError} that was sent
 * instead of one; `malformed_reply` for any other answer, such as a proxy's page, and for an event of more than 16 Mi
 * characters; `stream_truncated` if the end is missing; `connection` if the body breaks.
 *
 * @example
 * ```ts
 * import { fromSse } from '@outcrop/converse/sse';
 *
 * async function ask(body: string, show: (text: string) => void): Promise<void> {
 *   const stream = fromSse(await fetch('/chat', { method: 'POST', body }));
 *   for await (const text of stream.text) show(text);
 * }
 * ```
 */
export function fromSse(response: Response, { signal }: FromSseOptions = {}): ConverseStream {
  let beyond: BeyondEvents = {};

  async function* events(leaving: AbortSignal): AsyncGenerator<ConverseStreamEvent> {
    const type = response.headers.get('content-type') ?? '';
    if (!response.ok || response.body === null || !/^text\/event-stream\b/i.test(type)) {
      throw await errorOf(response, leaving);
    }
    const reader = createSseReader();
    for await (const text of textOfBody(response.body, leaving)) {
      for (const { name, data } of reader.push(text)) {
        if (name === '' || name === 'message') yield eventFromJson(data);
        else if (name === 'failure') throw errorFromJson(parse(data));
        else if (name === 'reply') {
          beyond = beyondFromJson(data);
          return;
        }
      }
    }
    throw new ConverseError('stream_truncated', 'The stream of the server ended before its last event.');
  }

  return createConverseStream(events, { signal, finish: (reply) => ({ ...reply, ...beyond }) });
}

/** Only what it is for: nothing in it may stand in for what the events said. */
function beyondFromJson(json: string): BeyondEvents {
  const all = read<Record<string, unknown>>(json, beyondEvents, {
    code: 'malformed_reply',
    name: 'the end of a reply',
  });
  return Object.fromEntries(Object.entries(all).filter(([name]) => beyondEvents.fields?.has(name)));
}

// An error's JSON is small; a page of a proxy need not be read to its end to see that it is none.
const maxErrorLength = 2 ** 20;

/** What an answer that is no stream of events means. */
async function errorOf(response: Response, leaving: AbortSignal): Promise<ConverseError> {
  const { status, headers, body } = response;
  let text = '';
  try {
    for await (const piece of body === null ? [] : textOfBody(body, leaving)) {
      text += piece;
      if (text.length > maxErrorLength) break;
    }
  } catch {
    // The status says that it failed; how the explanation failed is of no interest.
  }
  const json = parse(text);
  if (typeof json === 'object' && json !== null && 'name' in json && json.name === 'ConverseError') {
    return errorFromJson({ status, ...json });
  }
  const type = headers.get('content-type')?.slice(0, 100) ?? 'no content type';
  return new ConverseError('malformed_reply', `The server answered ${status} with ${type}, not with events.`, {
    status,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
