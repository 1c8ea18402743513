import { Readable } from 'node:stream';
import { WrongUse } from '../failure.ts';

/**
 * The text of a file that comes in bytes. Throws {@link WrongUse} if it is in another encoding: half the letters of
 * every prompt would be lost, and nobody would see it before all is paid for.
 */
export function decoded(bytes: AsyncIterable<Uint8Array | string>, name: string): Readable {
  return Readable.from(decode(bytes, name));
}

async function* decode(bytes: AsyncIterable<Uint8Array | string>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const take = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new WrongUse(`${name} is no UTF-8: save it in that encoding; spreadsheets call it CSV UTF-8.`);
    }
  };
  for await (const chunk of bytes) yield typeof chunk === 'string' ? chunk : take(chunk);
  yield take();
}
