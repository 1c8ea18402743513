import { fstatSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { createUserMessage, type Message } from '@outcrop/bedrock';

/** What was piped in, or redirected; `undefined` if nothing was. */
export async function readPiped(): Promise<Buffer | undefined> {
  const { stdin } = process;
  if (stdin.isTTY) return undefined;
  const found = fstatSync(0);
  if (!found.isFIFO() && !found.isFile() && !found.isSocket()) return undefined;
  const bytes = await buffer(stdin);
  return bytes.length === 0 ? undefined : bytes;
}

/** One message: the text, what was piped in below it, and the files. Throws if one of them can't be sent. */
export async function questionOf(
  text: string | undefined,
  piped: Uint8Array | undefined,
  files: readonly string[],
): Promise<Message> {
  const builder = createUserMessage();
  if (text !== undefined) builder.addText(text);
  const pipedText = piped && readText(piped);
  if (pipedText !== undefined) builder.addText(pipedText);
  else if (piped !== undefined) builder.addFile(piped);
  for (const file of files) builder.addLocalFile(file);
  return builder.build();
}

function readText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
