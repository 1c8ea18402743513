import type { CallEvent, ConverseResponse, Message } from '@outcrop/bedrock';
import { Interrupted, oneLine } from '../failure.ts';
import { dollars, duration, wholeNumber } from '../figures.ts';
import { createTextWriter } from '../markdown/markdown-writer.ts';
import type { Terminal } from '../terminal.ts';
import type { Conversation } from './conversation.ts';

/** Asks, and shows the answer as it comes; below it, for a person, who gave it and what it cost. */
export async function showAnswer(
  conversation: Conversation,
  question: Message,
  signal: AbortSignal,
  { out, err }: Terminal,
): Promise<ConverseResponse> {
  const startedAt = performance.now();
  const writer = createTextWriter(out);
  const note = (text: string) => err.write(`${err.style('dim', oneLine(text))}\n`);
  let reply: ConverseResponse;
  try {
    reply = await conversation.ask(question, {
      signal,
      onText: writer.add,
      onEvent: (event) => {
        const words = err.isTerminal ? wordsFor(event) : undefined;
        if (words !== undefined) note(words);
      },
    });
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    throw error;
  } finally {
    writer.end();
  }
  for (const { code, message } of reply.warnings ?? []) if (code !== aboutQuotas) note(message);
  const cut = cutWords[reply.stopReason];
  if (cut !== undefined) note(cut);
  if (err.isTerminal) note(footer(reply, performance.now() - startedAt));
  return reply;
}

// What an answer may reserve of a quota matters to many calls, and a person makes one at a time.
const aboutQuotas = 'max_tokens_unset';

const cutWords: Record<string, string> = {
  max_tokens: 'The answer was cut: it reached the most tokens that it may have (--max-tokens).',
  model_context_window_exceeded: 'The answer was cut: the conversation fills the window of the model.',
  content_filtered: 'The answer was cut by a filter.',
  guardrail_intervened: 'A guardrail has stepped in.',
};

function wordsFor(event: CallEvent): string | undefined {
  if (event.type === 'throttle' && event.waitMs >= 1_000) {
    return `${event.target.region} is at its limit: waiting ${duration(event.waitMs)}.`;
  }
  if (event.type === 'failover') {
    const { from, to, error } = event;
    return `${from.model} in ${from.region} did not answer (${error.code}): going on with ${to.model} in ${to.region}.`;
  }
  return undefined;
}

function footer({ servedBy, usage, cost }: ConverseResponse, ms: number): string {
  const parts = [
    servedBy && `${servedBy.model} in ${servedBy.region}`,
    `${wholeNumber(usage.inputTokens)} + ${wholeNumber(usage.outputTokens)} tokens`,
    cost && cost.status !== 'no_price' && dollars(cost.usd),
    duration(ms),
  ];
  return parts.filter(Boolean).join(' · ');
}
