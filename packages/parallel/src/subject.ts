import type { CallOptions, Converse, ConverseRequest, ConverseResponse, TargetName } from '@outcrop/converse';
import { reply } from '@outcrop/converse/testing';
import type { VirtualClock } from '@outcrop/retry-core/testing';

export const target: TargetName = {
  model: 'Nova Lite',
  id: 'amazon.nova-lite-v1:0',
  region: 'us-east-1',
  route: 'in_region',
};

/** Requests that say their number. */
export function requestsOf(count: number): ConverseRequest[] {
  return Array.from({ length: count }, (_, index) => ask(String(index + 1)));
}

export function ask(text: string): ConverseRequest {
  return { messages: [{ role: 'user', content: [{ text }] }] };
}

function textOfRequest({ messages }: ConverseRequest): string {
  return messages?.[0]?.content[0]?.text ?? '';
}

export type Subject = Converse & {
  /** What was asked, in the order in which it was sent. */
  readonly asked: string[];
  readonly running: number;
  readonly mostRunning: number;
};

/** A `Converse` that takes a time over each answer, and can be told to fail. */
export function createSubject(
  clock: VirtualClock,
  {
    takesMs = () => 1_000,
    answer = (text) => text,
  }: { takesMs?: (text: string) => number; answer?: (text: string, options: CallOptions) => string | Error } = {},
): Subject {
  const asked: string[] = [];
  let running = 0;
  let mostRunning = 0;

  async function converse(request: ConverseRequest, options: CallOptions = {}): Promise<ConverseResponse> {
    const text = textOfRequest(request);
    asked.push(text);
    options.onEvent?.({ type: 'attempt', target, attempt: 1 });
    running++;
    mostRunning = Math.max(mostRunning, running);
    try {
      await clock.delay(takesMs(text), options.signal);
      const said = answer(text, options);
      if (said instanceof Error) throw said;
      return { ...reply(said), usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 }, servedBy: target };
    } finally {
      running--;
    }
  }

  return {
    asked,
    get running() {
      return running;
    },
    get mostRunning() {
      return mostRunning;
    },
    converse,
    converseStream() {
      throw new Error('A bulk run does not stream.');
    },
  };
}
