import { ConverseError } from '../errors.ts';

/** The text of a body, piece by piece. Leaving it, or the signal, cancels the body, also while it keeps us waiting. */
export async function* textOfBody(body: ReadableStream<Uint8Array>, leaving: AbortSignal): AsyncGenerator<string> {
  const reader = body.getReader();
  const cancel = () => {
    reader.cancel(leaving.reason).catch(() => {});
  };
  leaving.addEventListener('abort', cancel);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(asConnectionError);
      if (done) return;
      yield decode(decoder, value);
    }
  } finally {
    leaving.removeEventListener('abort', cancel);
    cancel();
  }
}

/** `fetch` reports a broken connection as a TypeError. Anything else is the reason of an abort, and stays what it is. */
function asConnectionError(error: unknown): never {
  if (!(error instanceof TypeError)) throw error;
  throw new ConverseError('connection', 'The connection to the server broke in the middle of the stream.', {
    cause: error,
  });
}

function decode(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch (cause) {
    throw new ConverseError('malformed_reply', 'The server sent bytes that are not UTF-8.', { cause });
  }
}
