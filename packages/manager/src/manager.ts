// For pages: where there are types of Node, these bring AsyncDisposable.
/// <reference lib="esnext.disposable" preserve="true" />
import {
  type CallEvent,
  ConfigurationError,
  type Converse,
  type ConverseRequest,
  type ConverseResponse,
  type ConverseStream,
  type JsonSchema,
  type JsonValue,
  type StandardSchema,
  type Target,
} from '@outcrop/converse';
import {
  type ConfigurationReport,
  getModelAccessInfo,
  type ModelAccessInfo,
  type RefreshedCatalog,
  validateConfiguration,
} from '@outcrop/model-catalog';
import { ask } from './ask.ts';
import { type Core, createCore, targetsOf, viewOf } from './core.ts';
import { endLife } from './life.ts';
import type { MemorySnapshot, SharedMemory } from './memory.ts';
import { askForObject, type ObjectReply } from './object.ts';
import type { ManagerCallOptions, ManagerOptions, Selection } from './options.ts';
import { runTools, streamTools, type ToolRun, type ToolRunEvent, type ToolRunOptions } from './run-tools.ts';
import type { StandardJsonSchema } from './schema.ts';
import type { ManagerStats } from './stats.ts';
import { stream } from './stream.ts';

/**
 * Many models in many regions as one {@link Converse}: an answer, whatever happens to one of them.
 *
 * @example
 * ```ts
 * import { type Converse, type Target, textOf } from '@outcrop/converse';
 * import { LLMManager } from '@outcrop/manager';
 * import { createCatalog } from '@outcrop/model-catalog';
 *
 * declare const connect: (target: Target) => Converse;
 *
 * const manager = new LLMManager({
 *   models: ['Claude Haiku 4.5', 'Nova Lite'],
 *   regions: ['us-east-1', 'us-west-2'],
 *   catalog: createCatalog(),
 *   connect,
 * });
 * const reply = await manager.converse({ messages: [{ role: 'user', content: [{ text: 'Which rock is this?' }] }] });
 * console.log(textOf(reply), reply.servedBy, reply.attempts, reply.cost, reply.warnings);
 * ```
 */
export class LLMManager implements Converse, AsyncDisposable {
  // The whole of it; everything else is a function of this.
  #core: Core;

  /**
   * Checks the shape of the options: what is wrong is a `ConfigurationError` with every problem. Names are looked up at
   * the first call, or by {@link validate}.
   */
  constructor(options: ManagerOptions) {
    this.#core = createCore(options);
  }

  /**
   * Asks, and tries on until there is a reply that will do. Rejects with `exhausted` when all was tried, with the
   * request's own fault at once, with `timeout` when time is up, or with the reason of an abort.
   */
  async converse(request: ConverseRequest, options: ManagerCallOptions = {}): Promise<ConverseResponse> {
    return ask(this.#core, request, options);
  }

  /** The same as a stream. It fails over until the first event was handed out; see `onInterruption` for later. */
  converseStream(request: ConverseRequest, options: ManagerCallOptions = {}): ConverseStream {
    return stream(this.#core, request, options);
  }

  /**
   * Asks for an object of that schema. What a target can do best for that is tried first, and what works is remembered:
   * structured output of its own, a strict tool, any tool, or words. It rejects as {@link converse} does; a reply that
   * does not fit is `reply_rejected`, and is followed by other ways and other targets before it is thrown.
   *
   * @example
   * ```ts
   * import type { LLMManager } from '@outcrop/manager';
   *
   * async function hardnessOf(manager: LLMManager, rock: string): Promise<number> {
   *   const schema = { type: 'object', properties: { mohs: { type: 'number' } }, required: ['mohs'] };
   *   const messages = [{ role: 'user' as const, content: [{ text: `How hard is ${rock}?` }] }];
   *   const { object } = await manager.object<{ mohs: number }>(schema, { messages });
   *   return object.mohs;
   * }
   * ```
   */
  async object<Output>(
    schema: StandardJsonSchema<Output>,
    request: ConverseRequest,
    options?: ManagerCallOptions,
  ): Promise<ObjectReply<Output>>;
  /** The same by a plain JSON Schema, whose type has to be said. */
  async object<Output = JsonValue>(
    schema: JsonSchema,
    request: ConverseRequest,
    options?: ManagerCallOptions,
  ): Promise<ObjectReply<Output>>;
  async object(
    schema: JsonSchema | StandardSchema,
    request: ConverseRequest,
    options: ManagerCallOptions = {},
  ): Promise<ObjectReply<unknown>> {
    return askForObject(this.#core, schema, request, options);
  }

  /** Lets the model use tools until it answers, or `maxSteps` (10) replies have come. See the function {@link runTools}. */
  async runTools(options: ToolRunOptions): Promise<ToolRun> {
    return runTools(this, options);
  }

  /** The same, with every event on the way. */
  streamTools(options: ToolRunOptions): AsyncIterable<ToolRunEvent> {
    return streamTools(this, options);
  }

  /**
   * A view with other models, regions or routes, on the same fleet, memory, connections and figures. What it does not
   * name stays as it is here.
   */
  using(selection: Partial<Selection>): LLMManager {
    const view = new LLMManager({ ...this.#core.options, memory: this.#core.memory });
    view.#core = viewOf(this.#core, selection);
    return view;
  }

  /** Looks all names up. Throws a `ConfigurationError` with every problem; gives what will be called, the first choice first. */
  async validate(): Promise<readonly Target[]> {
    return targetsOf(this.#core);
  }

  /** The same as data, with what works and should be known, such as a model that is about to end. */
  validateConfiguration(): ConfigurationReport {
    const { current, options } = this.#core;
    const { models, regions, residency, routePreference: prefer, baseModel } = options;
    return validateConfiguration(current.catalog, { models, regions, residency, prefer, baseModel });
  }

  /** The models that were named. */
  getAvailableModels(): readonly string[] {
    return [...this.#core.options.models];
  }

  /** The regions that were named. */
  getAvailableRegions(): readonly string[] {
    return [...this.#core.options.regions];
  }

  /** How a model is reached from a region; `undefined` if it is not. */
  getModelAccessInfo(model: string, region: string): ModelAccessInfo | undefined {
    const { residency, routePreference: prefer, baseModel } = this.#core.options;
    return getModelAccessInfo(this.#core.current.catalog, model, region, { residency, prefer, baseModel });
  }

  /**
   * Asks the service what there is in these regions, by `refresh` of the options, and goes by that from then on, as do
   * all views.
   */
  async refreshModelData({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<RefreshedCatalog> {
    const { current, options } = this.#core;
    const { refresh, regions } = options;
    if (refresh === undefined) {
      const message =
        'There is none, so nobody can be asked: give a function that asks, such as one with refreshCatalog.';
      throw new ConfigurationError([{ path: 'refresh', message }]);
    }
    const refreshed = await refresh({ regions, catalog: current.catalog, signal });
    current.catalog = refreshed.catalog;
    return refreshed;
  }

  /** Calls, tokens, cost, errors and retries since the start, by model and region. */
  stats(): ManagerStats {
    return this.#core.stats.read();
  }

  /** What is known of limits, outages and refusals: to be shared with another manager. */
  get memory(): SharedMemory {
    return this.#core.memory;
  }

  /** The memory as JSON, for the next process to begin with: `manager.memory.restore(snapshot)`. */
  snapshot(): MemorySnapshot {
    return this.#core.memory.snapshot();
  }

  /** Hears of all calls, until what is given back is called. */
  listen(listener: (event: CallEvent) => void): () => void {
    const { listeners } = this.#core;
    // Who listens twice is told twice.
    const mine = (event: CallEvent) => listener(event);
    listeners.add(mine);
    return () => void listeners.delete(mine);
  }

  /** Ends what is on its way, and closes the connections that can be closed. A view ends its own calls only. */
  async close(): Promise<void> {
    endLife(this.#core.life);
    if (this.#core.life.within === undefined) await this.#core.connections.close();
  }

  /** {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
