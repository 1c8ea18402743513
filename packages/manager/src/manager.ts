import type { CallOptions, Converse, ConverseRequest, ConverseResponse, ConverseStream } from '@outcrop/converse';
import { ask } from './ask.ts';
import { type Core, createCore } from './core.ts';
import type { ManagerOptions } from './options.ts';
import { stream } from './stream.ts';

/**
 * Many models in many regions as one {@link Converse}: an answer, whatever happens to one of them.
 */
export class LLMManager implements Converse, AsyncDisposable {
  readonly #core: Core;

  constructor(options: ManagerOptions) {
    this.#core = createCore(options);
  }

  async converse(request: ConverseRequest, options: CallOptions = {}): Promise<ConverseResponse> {
    return ask(this.#core, request, options);
  }

  converseStream(request: ConverseRequest, options: CallOptions = {}): ConverseStream {
    return stream(this.#core, request, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
