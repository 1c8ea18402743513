import type { Warning } from '@outcrop/converse';
import type { MessageProblem, MessageProblemCode } from './errors.ts';
import { plainCopy } from './plain-copy.ts';

/** What may be worth knowing about a message that can be built. */
type WarningCode =
  | 'near_limit'
  | 'limit_above_bedrock'
  | 'document_renamed'
  | 'name_contradicts_content'
  | 'unsigned_reasoning';

/** Where a thing stands in the message. */
export type Place = { path: string; block?: number };

/** What was found out, as data: `words.ts` makes sentences of it. */
export type Finding<Code extends string = MessageProblemCode | WarningCode> = Place & {
  code: Code;
  received?: number | string | undefined;
  limit?: number | undefined;
  file?: string | undefined;
  /** The kind of the block or of the file. */
  kind?: string | undefined;
  /** What else the sentence needs. */
  detail?: string | undefined;
};

/** What one run of `build()` found out, and the errors of others behind it. */
export type Report = {
  problems: Finding<MessageProblemCode>[];
  warnings: Finding<WarningCode>[];
  causes: unknown[];
};

/** Puts the findings into words, which are not loaded while there is nothing to say. */
export async function putIntoWords({ problems, warnings }: Report): Promise<{
  problems: MessageProblem[];
  warnings: Warning[];
}> {
  if (problems.length === 0 && warnings.length === 0) return { problems: [], warnings: [] };
  // A page that is offline, or older than its server, should still hear what the matter is.
  const words = await import('./words.ts').catch(() => ({ sentenceOf: JSON.stringify }));
  const sentenceOf: (finding: Finding) => string = words.sentenceOf;
  return {
    problems: problems.map((finding) => {
      const { kind: _, detail: __, ...rest } = finding;
      return plainCopy({ ...rest, message: sentenceOf(finding) }, '');
    }),
    warnings: warnings.map((finding) => ({
      code: finding.code,
      message: sentenceOf(finding),
      path: finding.path,
    })),
  };
}
