import type { Part } from './part.ts';

/** One line on what a part is, without its text, its bytes or a tool's data: logs are no place for them. */
export function describe(part: Part): string {
  if ('toolResult' in part) return `toolResult of ${counted(part.pieces.length, 'piece')}`;
  if ('block' in part) {
    const { text } = part.block;
    return text === undefined ? Object.keys(part.block).join() : `text of ${counted(text.length, 'character')}`;
  }
  const { kind = 'file', format, filename, source } = part.file;
  const size = 'open' in source ? source.sizeBytes : undefined;
  return [
    kind,
    ...(filename === undefined ? [] : [`'${filename}'`]),
    ...(format === undefined ? [] : [format]),
    ...(size === undefined ? [] : [`of ${counted(size, 'byte')}`]),
  ].join(' ');
}

/** A number with its noun. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
