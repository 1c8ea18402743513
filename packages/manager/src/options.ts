import type {
  CallEvent,
  CallOptions,
  Converse,
  ConverseError,
  ConverseRequest,
  Deadlines,
  InferenceConfig,
  Route,
  Target,
} from '@outcrop/converse';
import type { Catalog, RefreshedCatalog, RefreshOptions } from '@outcrop/model-catalog';
import type { ClockOptions } from '@outcrop/retry-core';
import type { DroppableFeature } from './features.ts';
import type { Logger, LogLevel } from './log.ts';
import type { SharedMemory } from './memory.ts';

/** What an {@link LLMManager} is made of. */
export type ManagerOptions = ClockOptions &
  Selection & {
    /** Makes a Converse of one model in one region. It is asked once a target, when the target is first used. */
    connect: (target: Target) => Converse;
    /** What names mean, how models are reached and what they can do: `createCatalog()` of `@outcrop/model-catalog`. */
    catalog: Catalog;
    /** How often, how long and in which order is tried. */
    retry?: RetryConfig | undefined;
    /** How a reply is held to `validate` of a call. */
    validation?: ValidationConfig | undefined;
    /** How long calls may take. What a call says itself goes first, key by key. @default `{ idleMs: 120_000, totalMs: 300_000 }` */
    deadlines?: Deadlines | undefined;
    /** What is sent where the `inferenceConfig` of a request leaves a key out. Without it nothing is invented. */
    defaultInferenceConfig?: InferenceConfig | undefined;
    /**
     * What becomes of a stream that breaks after its first event: `restart` asks anew, and begins with another
     * `messageStart`, which makes void all that came before it.
     *
     * @default 'fail'
     */
    onInterruption?: Interruption | undefined;
    /** What is known of limits, outages and refusals, to be shared with other managers. Without one it has its own. */
    memory?: SharedMemory | undefined;
    /**
     * Is told of every attempt, throttle, fail-over and warning of all calls, as they happen. What it throws goes to the
     * `logger`, else to the platform's `reportError` or the console; no call sees it.
     */
    onEvent?: ((event: CallEvent) => void) | undefined;
    /** Where lines go, such as `console`. Without one nothing is logged. No prompt and no reply is in any line. */
    logger?: Logger | undefined;
    /** The least that is written: fail-overs and warnings are `warning`, throttles `info`, attempts `debug`. @default 'warning' */
    logLevel?: LogLevel | undefined;
    /**
     * Brings the catalog up to date, for `refreshModelData`. It comes from outside, so that who never does it need not
     * load the catalog's own data: `(options) => refreshCatalog({ ...options, list })` of `@outcrop/model-catalog`.
     */
    refresh?: ((options: Omit<RefreshOptions, 'list'>) => Promise<RefreshedCatalog>) | undefined;
  };

/** Which models, where, and how they are reached: what `using` may replace. */
export type Selection = {
  /** Names, ids, profile ids or ARNs, the preferred one first. */
  models: readonly string[];
  /** The preferred one first. */
  regions: readonly string[];
  /** Where data may be: areas such as `eu`, or regions. A route that might leave them is not used. @default anywhere */
  residency?: readonly string[] | undefined;
  /** Which routes come first. @default `in_region`, `geo`, `global`, `application` */
  routePreference?: readonly Route[] | undefined;
  /** Which region a call begins with: always the first, each in turn, or the quickest. @default 'fixed' */
  regionOrder?: RegionOrder | undefined;
  /** The model behind an ARN that does not say it: of an application profile, a provisioned or an imported model. */
  baseModel?: string | undefined;
};

/** See {@link Selection.regionOrder}. */
export type RegionOrder = 'fixed' | 'rotating' | 'latency';

/** What becomes of a stream that breaks after its first event: see `onInterruption` of {@link ManagerOptions}. */
export type Interruption = 'fail' | 'restart';

/** How often, how long and in which order is tried. */
export type RetryConfig = {
  /** How often one target is tried again. The first try of a target is no retry, and a throttle is no try. @default 3 */
  maxRetries?: number | undefined;
  /** The wait before the first retry of a target, give or take. @default 1_000 */
  retryDelayMs?: number | undefined;
  /** What it is multiplied by with each further one. @default 2 */
  backoffMultiplier?: number | undefined;
  /** @default 60_000 */
  maxRetryDelayMs?: number | undefined;
  /** Tries of one call in all. @default as many as the rest allows */
  maxAttempts?: number | undefined;
  /**
   * `region_first`: a model in all regions, then the next model. `model_first`: a region with all models, then the
   * next region. A function gets all targets and gives those to be tried, in its order.
   *
   * @default 'region_first'
   */
  retryStrategy?: RetryStrategy | undefined;
  /** Whether what a model refuses may be left out of the request, as far as `allowDropping` says. @default true */
  enableFeatureFallback?: boolean | undefined;
  /**
   * What may be left out if no target is known to take it. A guardrail never may.
   *
   * @default `['cachePoint']`, without which the answer is the same
   */
  allowDropping?: readonly DroppableFeature[] | undefined;
  /** Errors that are to be tried again though this manager would not: AWS's names, or a test. */
  retryableErrors?: readonly string[] | ((error: ConverseError) => boolean) | undefined;
};

/** See {@link RetryConfig.retryStrategy}. */
export type RetryStrategy =
  | 'region_first'
  | 'model_first'
  | ((targets: readonly Target[], request: ConverseRequest) => readonly Target[]);

/** How a reply is held to `validate` of a call. */
export type ValidationConfig = {
  /** How often one target is asked again for a reply that was rejected. @default 3 */
  retries?: number | undefined;
  /** @default 0 */
  delayMs?: number | undefined;
};

/** What concerns one call of a manager. */
export type ManagerCallOptions = CallOptions & {
  /** @default that of the manager */
  onInterruption?: Interruption | undefined;
};
