import {
  type CallEvent,
  ConfigurationError,
  type ConverseRequest,
  type Deadlines,
  type InferenceConfig,
} from '@outcrop/converse';
import type { Catalog } from '@outcrop/model-catalog';
import { type Clock, systemClock } from '@outcrop/retry-core';
import { managerProblems, viewProblems } from './check-options.ts';
import { createLife, type Life } from './life.ts';
import { faultsTo, logTo } from './log.ts';
import { createSharedMemory, type SharedMemory } from './memory.ts';
import type { ManagerOptions, RetryConfig, Selection, ValidationConfig } from './options.ts';
import { createStats, type Stats } from './stats.ts';
import { type Connections, createConnections, type ManagedTarget, resolveTargets } from './targets.ts';

/** What all calls of one manager, and of its views, have in common. */
export type Core = {
  readonly options: ManagerOptions;
  readonly clock: Clock;
  readonly retry: Settled<RetryConfig>;
  readonly validation: Settled<ValidationConfig>;
  readonly deadlines: Deadlines & { totalMs: number };
  readonly memory: SharedMemory;
  readonly connections: Connections;
  readonly stats: Stats;
  readonly listeners: Set<(event: CallEvent) => void>;
  /** Where errors of listeners go; `undefined` where nobody said. */
  readonly reportFault: ((error: unknown) => void) | undefined;
  readonly life: Life;
  /** What the names mean. It may be brought up to date, and then it is for the manager and all its views. */
  readonly current: { catalog: Catalog };
  /** Resolved when they are first asked for, and again with another catalog. */
  resolved: { catalog: Catalog; targets: readonly ManagedTarget[] } | undefined;
  /** How many calls have begun. */
  calls: number;
};

/** With every default in its place. */
type Settled<Config> = { [Name in keyof Config]-?: Exclude<Config[Name], undefined> };

const retryDefaults: Settled<RetryConfig> = {
  maxRetries: 3,
  retryDelayMs: 1_000,
  backoffMultiplier: 2,
  maxRetryDelayMs: 60_000,
  maxAttempts: Number.POSITIVE_INFINITY,
  retryStrategy: 'region_first',
  enableFeatureFallback: true,
  allowDropping: ['cachePoint'],
  retryableErrors: [],
};

const deadlineDefaults = { idleMs: 120_000, totalMs: 300_000 };

const validationDefaults: Settled<ValidationConfig> = { retries: 3, delayMs: 0 };

/** Checks the shape of the options, all of it at once, and puts the defaults in. No name is looked up. */
export function createCore(options: ManagerOptions): Core {
  const problems = managerProblems(options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const clock = clockOf(options);
  const listeners = new Set<(event: CallEvent) => void>();
  if (options.onEvent) listeners.add(options.onEvent);
  if (options.logger) listeners.add(logTo(options.logger, options.logLevel));
  return {
    ...settled(options),
    clock,
    current: { catalog: options.catalog },
    memory: options.memory ?? createSharedMemory(clock),
    connections: createConnections(options.connect),
    stats: createStats(),
    listeners,
    reportFault: options.logger && faultsTo(options.logger),
    life: createLife(),
    resolved: undefined,
    calls: 0,
  };
}

/** The same fleet, connections, listeners and figures with other models, regions or routes. */
export function viewOf(core: Core, selection: Partial<Selection>): Core {
  const options = { ...core.options, ...defined(selection) };
  const problems = viewProblems(options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { ...core, options, life: createLife(core.life), resolved: undefined, calls: 0 };
}

function settled(options: ManagerOptions): Pick<Core, 'options' | 'retry' | 'validation' | 'deadlines'> {
  return {
    options,
    retry: { ...retryDefaults, ...defined(options.retry) },
    validation: { ...validationDefaults, ...defined(options.validation) },
    deadlines: { ...deadlineDefaults, ...defined(options.deadlines) },
  };
}

/** All targets. Throws a ConfigurationError with every problem if they can't be resolved. */
export function targetsOf(core: Core): readonly ManagedTarget[] {
  const { catalog } = core.current;
  if (core.resolved?.catalog !== catalog) core.resolved = { catalog, targets: resolveTargets(catalog, core.options) };
  return core.resolved.targets;
}

/** The request with what it leaves out filled in, key by key. */
export function withDefaults(request: ConverseRequest, defaults: InferenceConfig | undefined): ConverseRequest {
  if (defaults === undefined) return request;
  return { ...request, inferenceConfig: { ...defaults, ...defined(request.inferenceConfig) } };
}

/** Only what was said: an option that is set to `undefined` was not. */
export function defined<T extends object>(options: T | undefined): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const said = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

function clockOf({ now, wallNow, random, delay }: ManagerOptions): Clock {
  return { ...systemClock, ...defined({ now, wallNow, random, delay }) } as Clock;
}
