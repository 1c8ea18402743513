import { hasAt } from '../bytes.ts';
import { type Sample, windowBytes } from '../sample.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** The beginning of a text in UTF-8 or UTF-16, with or without a byte order mark; `undefined` for what is no text. */
export async function decodeUnicode(sample: Sample): Promise<string | undefined> {
  const encoding = encodingOf(sample.head);
  return encoding && decode(sample, encoding);
}

/** The beginning of a text in one of the encodings of western Europe; `undefined` for what is no text. */
export async function decodeSingleBytes(sample: Sample): Promise<string | undefined> {
  const { head } = sample;
  // Any bytes can be read this way. In a text of some length most are ASCII, and none is a control character.
  if (head.length < 32 || head.filter((byte) => byte >= 0x80).length > 0.3 * head.length) return undefined;
  return decode(sample, 'windows-1252');
}

function encodingOf(head: Uint8Array): Encoding | undefined {
  if (hasAt(head, 0, [0xff, 0xfe])) return 'utf-16le';
  if (hasAt(head, 0, [0xfe, 0xff])) return 'utf-16be';
  // Without a mark UTF-16 is told by the zeros of its ASCII characters, of which every language has its spaces.
  const start = head.subarray(0, 512);
  let [even, odd] = [0, 0];
  for (let at = start.indexOf(0); at !== -1; at = start.indexOf(0, at + 1)) {
    if (at % 2 === 0) even++;
    else odd++;
  }
  const most = 0.35 * start.length;
  if (start.length >= 8 && odd >= most && even === 0) return 'utf-16le';
  if (start.length >= 8 && even >= most && odd === 0) return 'utf-16be';
  return even + odd === 0 ? 'utf-8' : undefined;
}

/** Both ends have to be text: a program may stand behind a script that unpacks it. */
async function decode(sample: Sample, encoding: Encoding): Promise<string | undefined> {
  const text = decodePart(sample.head, encoding);
  if (text === undefined || sample.head.length < windowBytes) return text;
  const ends = await sample.ends();
  if (ends === undefined || ends.size === sample.head.length) return text;
  const cut = cutCharacterBytes(ends.tail, ends.size - ends.tail.length, encoding);
  return decodePart(ends.tail.subarray(cut), encoding) === undefined ? undefined : text;
}

function decodePart(bytes: Uint8Array, encoding: Encoding): string | undefined {
  let text: string;
  try {
    // As a stream, because the last character may be cut.
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
  return isPlain(text, encoding) ? text : undefined;
}

/** How many bytes belong to a character that began before these bytes, which start at `offset` of the file. */
function cutCharacterBytes(bytes: Uint8Array, offset: number, encoding: Encoding): number {
  if (encoding === 'windows-1252') return 0;
  if (encoding === 'utf-8')
    return Math.min(
      Math.max(
        bytes.findIndex((byte) => (byte & 0xc0) !== 0x80),
        0,
      ),
      3,
    );
  const odd = offset % 2;
  const unit = bytes[encoding === 'utf-16le' ? odd + 1 : odd] ?? 0;
  return (unit & 0xfc) === 0xdc ? odd + 2 : odd;
}

function isPlain(text: string, encoding: Encoding): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Bell to carriage return occur in texts, and escape in what a terminal showed.
    if ((code < 32 && (code < 7 || code > 13) && code !== 27) || code === 127 || code >= 0xfffe) return false;
  }
  // Almost any bytes are UTF-16, but they hardly avoid the characters that nobody has given a meaning.
  return !encoding.startsWith('utf-16') || !/[\p{Cn}\p{Co}]/u.test(text);
}
