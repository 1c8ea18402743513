import {
  type CallEvent,
  type ConverseRequest,
  type ConverseResponse,
  fitHistory,
  type LLMManager,
  type Message,
} from '@outcrop/bedrock';
import { addUsage, noUsage, type TokenUsage } from '@outcrop/converse';
import { estimateTokens } from '@outcrop/model-catalog';

/** What a conversation is held with. */
export type ConversationOptions = { system?: string | undefined; maxTokens?: number | undefined };

/** What concerns one question. */
type QuestionOptions = {
  signal: AbortSignal;
  onText: (text: string) => void;
  onEvent: (event: CallEvent) => void;
};

/** A conversation with whichever model answers. */
export type Conversation = {
  readonly messages: readonly Message[];
  readonly spent: { usage: TokenUsage; usd: number; isPriced: boolean };
  /** The names of the models that are asked. */
  readonly models: readonly string[];
  /** Asks other models from now on. Throws if there are none of these names. */
  use(models: readonly string[]): Promise<void>;
  /** Asks. What fails, or is stopped, is not part of the conversation. */
  ask(question: Message, options: QuestionOptions): Promise<ConverseResponse>;
};

// What is left for the answer where nobody said how long it may be.
const roomForAnswer = 4_096;

/** A manager, or a view of one. */
type Manager = ReturnType<LLMManager['using']>;

export function createConversation(first: Manager, { system, maxTokens }: ConversationOptions): Conversation {
  let manager = first;
  let messages: Message[] = [];
  const spent = { usage: { ...noUsage }, usd: 0, isPriced: true };

  /** The newest part that the smallest window holds. */
  async function fitting(history: Message[]): Promise<Message[]> {
    const windows = (await manager.validate()).map(
      ({ traits }) => traits.limits?.contextTokens ?? Number.POSITIVE_INFINITY,
    );
    const room = Math.min(...windows) - (maxTokens ?? roomForAnswer);
    return fitHistory(history, room, (message) => estimateTokens({ messages: [message] }).tokens).messages;
  }

  return {
    spent,
    get messages() {
      return messages;
    },
    get models() {
      return manager.getAvailableModels();
    },
    async use(models) {
      const view = manager.using({ models });
      await view.validate();
      manager = view;
    },
    async ask(question, { signal, onText, onEvent }) {
      const history = [...messages, question];
      const request: ConverseRequest = {
        messages: await fitting(history),
        ...(system !== undefined && { system: [{ text: system }] }),
        ...(maxTokens !== undefined && { inferenceConfig: { maxTokens } }),
      };
      const stream = manager.converseStream(request, { signal, onEvent });
      for await (const piece of stream.text) onText(piece);
      const reply = await stream.response;
      messages = [...history, reply.output.message];
      spent.usage = addUsage(spent.usage, reply.usage);
      spent.usd += reply.cost?.usd ?? 0;
      spent.isPriced &&= reply.cost?.status === 'priced';
      return reply;
    },
  };
}
