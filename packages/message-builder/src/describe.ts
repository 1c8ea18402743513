import { kindOf, type Part } from './part.ts';

/** What a part is, without its text, its bytes or a tool's data: logs are no place for them. */
export function describe(part: Part): string {
  if (!('file' in part)) return kindOf(part);
  const { filename, source } = part.file;
  const size = 'sizeBytes' in source ? `${source.sizeBytes} bytes` : '';
  const about = [filename, size].filter(Boolean).join(', ');
  return kindOf(part) + (about && ` (${about})`);
}
