import type { Problem } from '@outcrop/converse';
import {
  aFlag,
  aFunction,
  aListOf,
  aNumber,
  anObject,
  aText,
  clockChecks,
  deadlineChecks,
  type OptionCheck,
  type OptionChecks,
  oneOf,
  optionProblems,
  required,
} from '@outcrop/converse/options';
import { features } from './features.ts';
import { isLogLevel } from './log.ts';
import type { ManagerOptions, RetryConfig, Selection, ValidationConfig } from './options.ts';
import { selectionProblems } from './targets.ts';

/** All that is wrong with the shape of the options. No name is looked up. */
export function managerProblems(options: ManagerOptions): Problem[] {
  return [...selectionProblems(options ?? {}), ...optionProblems(options, checks)];
}

/** The same of a view. */
export function viewProblems(selection: Selection): Problem[] {
  return [...selectionProblems(selection), ...optionProblems(selection, selectionChecks)];
}

// They have more to say than whether they are lists.
const checkedApart: OptionCheck = () => undefined;

const routes = ['in_region', 'geo', 'global', 'application'] satisfies Selection['routePreference'];

const selectionChecks: OptionChecks<Selection> = {
  models: checkedApart,
  regions: checkedApart,
  residency: (areas) => (isEmpty(areas) ? 'a list of one area or region at least' : aListOf(aText)(areas)),
  routePreference: aListOf(oneOf(routes)),
  regionOrder: oneOf(['fixed', 'rotating', 'latency']),
  baseModel: aText,
};

const droppable = Object.keys(features).filter((name) => name !== 'guardrailConfig');

const retryChecks: OptionChecks<RetryConfig> = {
  maxRetries: aNumber(0),
  retryDelayMs: aNumber(0),
  backoffMultiplier: aNumber(1),
  maxRetryDelayMs: aNumber(0),
  maxAttempts: aNumber(1),
  retryStrategy: aFunctionOr(oneOf(['region_first', 'model_first'])),
  enableFeatureFallback: aFlag,
  allowDropping(value) {
    const wanted = aListOf(oneOf(droppable))(value);
    return wanted && `${wanted} (a guardrail is never left out)`;
  },
  retryableErrors: aFunctionOr(aListOf(aText)),
};

const validationChecks: OptionChecks<ValidationConfig> = { retries: aNumber(0), delayMs: aNumber(0) };

const checks: OptionChecks<ManagerOptions> = {
  ...clockChecks,
  ...selectionChecks,
  connect: required(aFunction),
  catalog: required((catalog) => anObject('routes')(catalog) && 'a catalog, such as createCatalog() makes one'),
  retry: retryChecks,
  validation: validationChecks,
  deadlines: deadlineChecks,
  defaultInferenceConfig: anObject(),
  onInterruption: oneOf(['fail', 'restart']),
  memory: anObject('snapshot', 'restore', 'benched'),
  onEvent: aFunction,
  logger: anObject('debug', 'info', 'warn', 'error'),
  logLevel: (level) => (isLogLevel(level) ? undefined : "a level, such as 'info', or its number"),
  refresh: aFunction,
};

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function aFunctionOr(check: OptionCheck): OptionCheck {
  return (value) => {
    const wanted = typeof value === 'function' ? undefined : check(value);
    return wanted && `${wanted}, or a function`;
  };
}
