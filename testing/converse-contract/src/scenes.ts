import type { ConverseRequest, ConverseResponse, ConverseStreamEvent, TokenUsage } from '@outcrop/converse';
import type { ScriptStep } from '@outcrop/converse/testing';

/** A question, the same every time. */
export function question(text = 'Which rock is this?'): ConverseRequest {
  return { messages: [{ role: 'user', content: [{ text }] }] };
}

/** What the service said, without what differs from one implementation and one run to the next. */
export function said(reply: ConverseResponse) {
  const { metrics: _, servedBy: __, attempts: ___, cost: ____, ...rest } = reply;
  return { ...rest, usage: counted(reply.usage) };
}

/** The usage without the caches that nothing was read from or written to: some say so, and some say nothing. */
export function counted({ cacheReadInputTokens, cacheWriteInputTokens, ...rest }: TokenUsage): TokenUsage {
  return {
    ...rest,
    ...(cacheReadInputTokens && { cacheReadInputTokens }),
    ...(cacheWriteInputTokens && { cacheWriteInputTokens }),
  };
}

/** A step that tells when the call arrived and when its caller was gone. */
export function watch() {
  const sent = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let count = 0;
  const step: ScriptStep = ({ signal }) => {
    count += 1;
    sent.resolve();
    signal.addEventListener('abort', () => released.resolve());
  };
  return { step, sent: sent.promise, released: released.promise, count: () => count };
}

/** A step that never ends and hears no signal, which is the worst that a service can do. */
export const deaf: ScriptStep = () => new Promise(() => {});

/** An event or a part of one that this release knows nothing of. */
export function unknown<Known>(value: Record<string, unknown>): Known {
  return value as Known;
}

export function kindOf(event: ConverseStreamEvent): string {
  return Object.keys(event)[0] ?? '';
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
