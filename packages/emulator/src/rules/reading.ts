import type { ConverseError, Problem } from '@outcrop/converse';
import { blockKinds } from './conversation.ts';
import { constraint } from './rule.ts';

/** What Bedrock says of a body that does not have the shape of a request. What has no words of its own keeps ours. */
export function readingRefusal(error: ConverseError): string {
  const { problems = [] } = error as { problems?: Problem[] | undefined };
  const [first] = problems;
  if (first === undefined) return error.message;
  const at = first.path.replace(/\[(\d+)\]/g, '.$1');
  // Error text, Bedrock.
  if (first.message.startsWith('expected one key') && /^messages\.\d+\.content\.\d+$/.test(at)) {
    return `ContentBlock object at ${at} must set one of the following keys: ${blockKinds.join(', ')}.`;
  }
  // Service model: required members.
  if (first.message === 'is missing') return constraint(null, at, 'not be null');
  return error.message;
}
