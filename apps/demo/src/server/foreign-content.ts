import type { ContentBlock, Message } from '@outcrop/converse';
import { refuse } from './failures.ts';

/** What a page may say. Anything else is not its to say, or costs the owner of the server money. */
const allowed: ReadonlySet<string> = new Set([
  'text',
  'image',
  'document',
  'video',
  'toolUse',
  'toolResult',
  'reasoningContent',
  'citationsContent',
] satisfies (keyof ContentBlock)[]);

/**
 * Refuses what the server would have to fetch, or would lend its rights to: Bedrock opens a place in S3 with the
 * credentials of who calls, so a page that names one would read what only the server may.
 */
export function refuseForeignContent(messages: readonly Message[]): void {
  for (const [index, { role, content }] of messages.entries()) {
    const path = `messages[${index}]`;
    if (role !== 'user' && role !== 'assistant') throw refuse(`${path}.role`, 'A page speaks as user or assistant.');
    for (const [at, block] of content.entries()) {
      const place = `${path}.content[${at}]`;
      for (const kind of Object.keys(block)) {
        if (!allowed.has(kind)) throw refuse(place, 'This kind of content is not taken from a page.');
      }
      if (namesPlace(block))
        throw refuse(place, 'Files are taken as bytes only, never from a place that a page names.');
    }
  }
}

function namesPlace({ image, document, video, toolResult }: ContentBlock): boolean {
  if ([image, document, video].some((file) => file?.source?.s3Location !== undefined)) return true;
  return (toolResult?.content ?? []).some((inner) => namesPlace(inner as ContentBlock));
}
