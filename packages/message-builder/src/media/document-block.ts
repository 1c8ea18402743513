import type { DocumentBlock, DocumentFormat, DocumentSource } from '@outcrop/converse';
import { plainCopy } from '../plain-copy.ts';
import type { DocumentDetails } from './file-part.ts';

/** A document as Bedrock spells it. One without a name is named when the message is built. */
export function documentBlock(
  source: DocumentSource,
  { format, name = '', context, citations }: DocumentDetails & { format?: DocumentFormat | undefined },
): DocumentBlock {
  return plainCopy({ format, name, source, context, citations: citationsConfig(citations) }, 'document');
}

/** Whether the model should cite something, as Bedrock spells it. */
export function citationsConfig(enabled: boolean | undefined): { enabled: boolean } | undefined {
  return enabled === undefined ? undefined : { enabled };
}
