import { ConfigurationError, type ConverseResponse, isConfigurationError } from '@outcrop/converse';
import { anObject, aWholeNumber, oneOf, optionProblems } from '@outcrop/converse/options';
import { createSharedMemory, type RetryStrategy } from '@outcrop/manager';
import {
  type BulkInput,
  type BulkItem,
  type BulkOptions,
  type BulkRequest,
  type BulkResult,
  type BulkRun,
  type RetryFailedOptions,
  retryFailedRequests,
  runAll,
} from '@outcrop/parallel';
import { orders } from '@outcrop/retry-core';
import { LLMManager, type LLMManagerOptions } from './llm-manager.ts';

/** What a {@link ParallelLLMManager} is made of. */
export type ParallelLLMManagerOptions = LLMManagerOptions & {
  /** How requests are run. What a call says goes first. */
  parallel?: ParallelConfig | undefined;
};

/** How many requests are run by a {@link ParallelLLMManager}. Its default for `retry` is `{ rounds: 3 }`. */
export type ParallelConfig = Omit<BulkOptions, 'capacity' | 'now' | 'wallNow' | 'random' | 'delay'> & {
  /**
   * Which target gets a request: the one that can start it soonest; each in turn; the one with the fewest calls; any.
   * The first one wastes no quota.
   *
   * @default 'soonest'
   */
  loadBalancing?: 'soonest' | 'round_robin' | 'least_loaded' | 'random' | undefined;
  /** How many of the regions a request may use, another part of them each time, in the order of `retry.retryStrategy`. @default all */
  regionsPerRequest?: number | undefined;
};

/**
 * Many requests over many models and regions: a {@link LLMManager} with `runAll` of `@outcrop/parallel` before it. As
 * many calls are under way as the limits that were learned allow.
 *
 * @example
 * ```ts
 * import { type ConverseRequest, ParallelLLMManager } from '@outcrop/bedrock';
 *
 * async function answerAll(requests: ConverseRequest[]) {
 *   await using manager = new ParallelLLMManager({
 *     models: ['Claude Haiku 4.5'],
 *     regions: ['us-east-1', 'us-west-2'],
 *     parallel: { maxConcurrency: 100 },
 *   });
 *   const first = await manager.converseParallel(requests);
 *   return manager.retryFailedRequests(first, { filter: ({ type }) => type === 'timed_out' });
 * }
 * ```
 */
export class ParallelLLMManager implements AsyncDisposable {
  readonly #manager: LLMManager;
  readonly #options: BulkOptions;

  /** Nothing is sent before the first call. */
  constructor(given: ParallelLLMManagerOptions) {
    const { parallel = {}, ...options } = given ?? {};
    const { loadBalancing = 'soonest', regionsPerRequest, ...bulk } = parallel ?? {};
    const problems = [
      ...optionProblems({ parallel, retry: options.retry }, { parallel: anObject(), retry: anObject() }),
      ...optionProblems({ loadBalancing, regionsPerRequest }, balanceChecks, 'parallel'),
    ];
    if (problems.length > 0) throw new ConfigurationError(problems);
    const { now, wallNow, random, delay } = options;
    const clock = { now, wallNow, random, delay };
    const memory = options.memory ?? createSharedMemory({ ...clock, order: orders[loadBalancing] });
    this.#manager = new LLMManager({
      ...options,
      memory,
      ...(regionsPerRequest !== undefined && {
        retry: { ...options.retry, retryStrategy: inSomeRegions(regionsPerRequest, options.retry?.retryStrategy) },
      }),
    });
    this.#options = { ...filledIn(bulk, { ...clock, retry: { rounds: 3 } }), capacity: memory.fleet.capacity };
    // Nothing of a run is begun before its first use; but what is wrong with its options is said here and now.
    try {
      runAll(this.#manager, [], this.#options);
    } catch (error) {
      if (!isConfigurationError(error)) throw error;
      throw new ConfigurationError(error.problems.map((problem) => ({ ...problem, path: `parallel.${problem.path}` })));
    }
  }

  /** Runs all of them and resolves when the last one has ended, whatever became of each. */
  async converseParallel(requests: BulkInput, options: BulkOptions = {}): Promise<BulkResult> {
    return this.run(requests, options).result;
  }

  /** The same run in the hands of the caller: outcome by outcome, with its progress, to be paused and left. */
  run(requests: BulkInput, options: BulkOptions = {}): BulkRun {
    return runAll(this.#manager, requests, filledIn(options, this.#options));
  }

  /** One of them alone, with the time, the `validate` and the signal that it would have among many. */
  async converseWithRequest(request: BulkRequest): Promise<ConverseResponse> {
    const item: BulkItem = 'request' in request ? request : { request };
    const { validate = this.#options.validate, timeoutMs = this.#options.timeoutMs, priority } = item;
    const deadlines = timeoutMs === undefined ? undefined : { totalMs: timeoutMs };
    return this.#manager.converse(item.request, { validate, priority, deadlines, signal: this.#options.signal });
  }

  /** Runs again what came to nothing, and puts the outcomes in place of the old ones. */
  async retryFailedRequests(previous: BulkResult, options: RetryFailedOptions = {}): Promise<BulkResult> {
    return retryFailedRequests(this.#manager, previous, filledIn(options, this.#options));
  }

  /** The manager that makes the calls, for all that is asked of it alone. */
  getUnderlyingManager(): LLMManager {
    return this.#manager;
  }

  /** Ends what is under way and closes the connections. */
  async close(): Promise<void> {
    await this.#manager.close();
  }

  /** The same as {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

const balanceChecks = {
  loadBalancing: oneOf(['soonest', 'round_robin', 'least_loaded', 'random']),
  regionsPerRequest: aWholeNumber(1),
};

/** What is left out, or said to be `undefined`, is as the manager has it. */
function filledIn<Options extends BulkOptions>(options: Options, defaults: BulkOptions): Options {
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) } as Options;
}

/** Each call gets the targets of so many regions, beginning one region further than the call before. */
function inSomeRegions(count: number, strategy: RetryStrategy = 'region_first'): RetryStrategy {
  let turn = 0;
  return (all, request) => {
    const targets = typeof strategy === 'function' ? strategy(all, request) : all;
    const regions = [...new Set(targets.map(({ region }) => region))];
    const first = turn++ % regions.length;
    const chosen = [...regions.slice(first), ...regions.slice(0, first)].slice(0, count);
    if (strategy === 'model_first') return chosen.flatMap((here) => targets.filter(({ region }) => region === here));
    return targets.filter(({ region }) => chosen.includes(region));
  };
}
