import type { LLMManager } from '@outcrop/bedrock';
import { fitHistory, type Message } from '@outcrop/converse';
import { messagesFromJson } from '@outcrop/converse/json';
import { toSse } from '@outcrop/converse/sse';
import { type Catalog, estimateTokens } from '@outcrop/model-catalog';
import { z } from 'zod';
import type { CallFeed } from './call-feed.ts';
import { refuseForeignContent } from './foreign-content.ts';
import { readBody } from './read-body.ts';
import { toolConfig } from './tools.ts';

/** What a conversation may be at most: about what Bedrock takes in one request, after base64. */
const maxBytes = 18_750_000;
const maxMessages = 200;

const replyTokens = 4_000;
// What an estimate may fall short of.
const spareShare = 0.3;

/** What chat needs of the server. */
export type ChatParts = {
  manager: LLMManager;
  catalog: Catalog;
  models: readonly string[];
  feed: CallFeed;
};

/**
 * Handles `POST /api/chat`: a conversation as JSON in, the next reply as server-sent events out. The page keeps the
 * conversation, so nothing is remembered here.
 */
export function createChat({ manager, catalog, models, feed }: ChatParts): (request: Request) => Promise<Response> {
  const body = z.strictObject({
    session: z.uuid(),
    model: z.enum(models),
    useTools: z.boolean(),
    messages: z.array(z.unknown()).min(1).max(maxMessages),
  });

  // The model that was chosen first, and then the others.
  const views = new Map(
    models.map((model) => [model, manager.using({ models: [model, ...models.filter((each) => each !== model)] })]),
  );
  const viewOf = (model: string) => views.get(model) ?? manager;

  return async (request) => {
    const { session, model, useTools, messages: json } = await readBody(request, body);
    const history = messagesFromJson(json, { maxBytes });
    refuseForeignContent(history);

    const { traits } = catalog.model(model);
    const room = (traits.limits?.contextTokens ?? 128_000) - replyTokens;
    const tokensOf = (message: Message) => estimateTokens({ messages: [message] }, traits).tokens;
    const { messages, dropped } = fitHistory(history, room * (1 - spareShare), tokensOf);

    const stream = viewOf(model).converseStream(
      { messages, inferenceConfig: { maxTokens: replyTokens }, ...(useTools && { toolConfig }) },
      { signal: request.signal, onEvent: (event) => feed.publish(session, event) },
    );
    const response = toSse(stream);
    response.headers.set('x-messages-dropped', String(dropped));
    return response;
  };
}
