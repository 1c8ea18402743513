import { type ConverseStreamEvent, isConverseError } from '@outcrop/converse';
import { withContext } from '../errors/wire-errors.ts';
import { countsInHeaders } from '../formats/counts.ts';
import { createFormats } from '../formats/create-formats.ts';
import type { InvokeFormat, InvokeReplyContext } from '../formats/format.ts';
import { requestHeaders } from '../formats/request-headers.ts';
import { contextOf, type Warn } from './answer.ts';
import type { Invoke } from './speech.ts';
import { chunkOf } from './stream-events.ts';
import type { WireResponse } from './transport.ts';

/** Says requests in the legacy formats: those that are known, and the caller's. */
export function createInvoke(extra: readonly InvokeFormat[]): Invoke {
  const formats = createFormats(extra);
  return {
    encode(request, { target, stream }) {
      const { traits } = target;
      const format = formats.find(traits, target);
      const { body, warnings } = format.encode(request, { traits, stream });
      const contextFor = ({ headers }: WireResponse, warn: Warn): InvokeReplyContext => ({
        request,
        counts: countsInHeaders((name) => headers[name]),
        warn: (warning) => warn([warning]),
      });
      return {
        operation: stream ? 'InvokeModelWithResponseStream' : 'InvokeModel',
        headers: requestHeaders(request),
        body: JSON.stringify(body),
        warnings,
        decode: (json, response, warn) => within(response, () => format.decode(json, contextFor(response, warn))),
        reader(response, warn) {
          const decoder = format.decodeStream(contextFor(response, warn));
          return {
            add: (kind, payload) =>
              kind === 'chunk'
                ? within(response, () => decoder.add(chunkOf(payload, contextOf(response), warn)))
                : [{ [kind]: payload } as ConverseStreamEvent],
            end: () => within(response, () => decoder.end()),
          };
        },
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
