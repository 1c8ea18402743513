import type { ConverseRequest, ConverseResponse, ConverseStreamEvent, ConverseStreamEvents } from '@outcrop/converse';
import { bedrockError } from '../errors.ts';
import { type Schema, violationsOf } from './schema.ts';
import { bedrockWords, type Words } from './words.ts';

/** The bodies of InvokeModel that one family of models speaks. */
export type InvokeFormat = {
  /** What a body asks for. Throws what Bedrock says of one that it refuses. */
  read(body: unknown): ConverseRequest;
  /** The body of a reply. */
  write(reply: ConverseResponse, invocation: Invocation): object;
  /** What writes the chunks of one stream. */
  stream(invocation: Invocation): ChunkWriter;
};

/** The call that is answered. */
export type Invocation = { modelId: string; requestId: string; request: ConverseRequest; inputTokens: number };

/** Makes the chunks of a stream of its events. */
type ChunkWriter = {
  /** The chunks that an event is, except for the last two events. */
  add(event: ConverseStreamEvent): object[];
  /** The chunks behind the last block. Bedrock's own figures are added to the last of them. */
  end(ending: Ending): object[];
};

/** What `messageStop` and `metadata` say together. */
export type Ending = ConverseStreamEvents['messageStop'] & Pick<ConverseStreamEvents['metadata'], 'usage'>;

/** A format by the table of what its body may hold, in front of what reads one that is as it should be. */
export function defineFormat<T>({
  body: schema,
  words = bedrockWords,
  read,
  ...format
}: Omit<InvokeFormat, 'read'> & {
  body: Schema<T>;
  /** In whose words a body is refused. @default Bedrock's */
  words?: Words;
  read(body: T): ConverseRequest;
}): InvokeFormat {
  return {
    ...format,
    read(body) {
      const violations = violationsOf(body, schema);
      if (violations.length > 0) throw bedrockError('ValidationException', words(violations));
      return read(body as T);
    },
  };
}

/** Converse's reasons to stop in a family's own words. */
export type StopWords = Readonly<
  Record<'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'content_filtered', string>
>;

/** The words of models that only tell an end from a cut. */
export const stopOrLength: StopWords = {
  end_turn: 'stop',
  max_tokens: 'length',
  stop_sequence: 'stop',
  tool_use: 'stop',
  content_filtered: 'stop',
};

export function stopWord(words: StopWords, stopReason: string): string {
  if (stopReason === 'model_context_window_exceeded') return words.max_tokens;
  // A guardrail's message is a whole answer, and bodies say elsewhere that it was one's.
  if (stopReason === 'guardrail_intervened') return words.end_turn;
  // What no family knows is said as it is: models have learnt new words before.
  return Object.hasOwn(words, stopReason) ? words[stopReason as keyof StopWords] : stopReason;
}
