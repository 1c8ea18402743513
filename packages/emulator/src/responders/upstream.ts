import type { ConverseRequest } from '@outcrop/converse';
import type { Step } from '../answer.ts';
import { type EmulatedCall, isStreamed } from '../call.ts';
import { bedrockError, throttle } from '../errors.ts';
import type { Responder } from '../when.ts';
import { type ChatCompletion, chatEvents, chatReply } from './chat-reply.ts';
import { chatRequest } from './chat-request.ts';
import { readSse } from './read-sse.ts';

/** A server that speaks OpenAI's chat completions, such as Ollama, llama.cpp or vLLM. */
export type UpstreamOptions = {
  /** What its paths begin with, such as `http://127.0.0.1:11434/v1`. */
  url: string;
  /** The model that it is asked for, whatever model of Bedrock was meant. */
  model: string;
  apiKey?: string | undefined;
  /** @default the global one */
  fetch?: typeof fetch | undefined;
};

/**
 * A responder with real text: it hands each call on to a server that speaks OpenAI's chat completions, with its tools
 * and pictures, and streams what comes. What that server cannot be sent, such as a PDF, is refused as Bedrock refuses
 * what a model cannot take.
 *
 * @example
 * ```ts
 * import { createEmulator, upstream } from '@outcrop/emulator';
 *
 * const respond = upstream({ url: 'http://127.0.0.1:11434/v1', model: 'llama3.2' });
 * await using emulator = await createEmulator({ respond });
 * ```
 */
export function upstream({ url, model, apiKey, fetch: send = fetch }: UpstreamOptions): Responder {
  const address = `${url.replace(/\/+$/, '')}/chat/completions`;

  async function ask(request: ConverseRequest, isStream: boolean, signal: AbortSignal): Promise<Response> {
    const body = JSON.stringify({ model, ...chatRequest(request), ...(isStream && streaming) });
    const headers = { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) };
    const response = await send(address, { method: 'POST', headers, body, signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw bedrockError('ServiceUnavailableException', `The upstream server cannot be reached: ${reasonOf(error)}`);
    });
    if (response.ok) return response;
    throw await refusal(response);
  }

  async function* stream({ body }: Response, call: EmulatedCall): AsyncGenerator<Step> {
    try {
      if (body === null) throw new TypeError('it sent no body.');
      yield* chatEvents(readSse(body), call);
    } catch (error) {
      call.signal.throwIfAborted();
      throw bedrockError('ModelStreamErrorException', `The upstream server made no sense: ${reasonOf(error)}`);
    }
  }

  return async (call) => {
    const { request, operation, signal } = call;
    const isStream = isStreamed(operation);
    const response = await ask(request, isStream, signal);
    if (isStream) return stream(response, call);
    try {
      return chatReply((await response.json()) as ChatCompletion);
    } catch (error) {
      signal.throwIfAborted();
      throw bedrockError('ModelErrorException', `The upstream server made no sense: ${reasonOf(error)}`);
    }
  };
}

const streaming = { stream: true, stream_options: { include_usage: true } };

async function refusal(response: Response): Promise<Error> {
  const { status } = response;
  await response.body?.cancel();
  const message = `The upstream server answered ${status}.`;
  if (status === 429) return throttle();
  if (status === 503) return bedrockError('ServiceUnavailableException', message);
  if (status === 404) return bedrockError('ResourceNotFoundException', message);
  if (status < 500) return bedrockError('ValidationException', message);
  return bedrockError('ModelErrorException', message);
}

/** Without the parser's own words, which quote the text. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'what it sent is not JSON.';
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
