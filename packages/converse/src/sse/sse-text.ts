import { ConverseError } from '../errors.ts';

/** One event of a text/event-stream. */
export type SseMessage = { name: string; data: string };

/**
 * The most characters that one event may have: as many as Bedrock's own event frame has bytes at most, so that
 * whatever came from there fits.
 */
export const maxEventLength = 2 ** 24;

/** Writes one event. JSON has no line ends of its own, so one line of data is enough. */
export function sseText({ name, data }: SseMessage): string {
  return name === '' ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`;
}

/** Takes text as it comes, cut anywhere, and hands out the events that are whole. */
export interface SseReader {
  push(text: string): SseMessage[];
}

/**
 * Reads a text/event-stream as the HTML standard says: any line ends, comments, several lines of data, and fields that
 * nobody needs. What no blank line closed is no event.
 */
export function createSseReader(): SseReader {
  let line = '';
  let name = '';
  let data = '';
  let afterReturn = false;

  function endLine(messages: SseMessage[]): void {
    if (line === '') {
      if (data !== '') messages.push({ name, data: data.slice(0, -1) });
      name = '';
      data = '';
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data += `${value}\n`;
    if (field === 'event') name = value;
    line = '';
  }

  // Only the new piece is searched: the line so far has no end in it, however long it grows.
  function add(piece: string): void {
    line += piece;
    if (line.length + data.length <= maxEventLength) return;
    throw new ConverseError(
      'malformed_reply',
      `The server sent one event of more than ${maxEventLength} characters, so it was left.`,
    );
  }

  return {
    push(text) {
      const messages: SseMessage[] = [];
      let start = 0;
      for (const { 0: end, index } of text.matchAll(/\r\n|\r|\n/g)) {
        // The second half of a line end that was cut in two.
        const isSecondHalf = afterReturn && index === 0 && end === '\n';
        add(text.slice(start, index));
        if (!isSecondHalf) endLine(messages);
        start = index + end.length;
      }
      if (text !== '') afterReturn = text.endsWith('\r');
      add(text.slice(start));
      return messages;
    },
  };
}
