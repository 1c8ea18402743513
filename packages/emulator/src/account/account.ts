import type { Route } from '@outcrop/converse';
import type { EmulatedCall } from '../call.ts';
import { bedrockError, refusal, throttle } from '../errors.ts';
import type { Models, Place } from '../models.ts';
import { type Admission, createService, type Ledger, type Quota } from '../service/index.ts';
import { readQuota } from './read-quota.ts';
import { createVisit, type Visit } from './visit.ts';

/** Which calls are meant. What is left out means any. */
export type AccountScope = {
  /** Any id of the model: its own, a profile's, an ARN. A profile's id means its route, the model's own means all. */
  modelId?: string | undefined;
  region?: string | undefined;
  route?: Route | undefined;
};

/**
 * What the account may do with some models, in some regions, by some routes: each model in each region by each route
 * has quotas of its own. Later ones are laid over earlier ones, field by field; a field that is `undefined` lifts
 * what was said before.
 */
export type AccountQuota = AccountScope & Quota;

/** What has become of one call. */
export type LedgerEntry = {
  requestId: string;
  /** Region, model and route. */
  key: string;
  operation: string;
  outcome: 'admitted' | 'throttled' | 'unavailable' | 'denied';
  /** Input and `maxTokens`, or the model's maximum where that was not set. */
  reservedTokens: number;
  /** What it came to, output times the burn-down. Left out: it has not ended, or it failed. */
  settledTokens?: number | undefined;
  /** Whether its answer was handed over to the end. */
  isAnswered: boolean;
};

/** What happened with the calls that were meant: to be compared with what a client has counted. */
export type AccountLedger = Ledger & {
  /** Calls that were refused because the model is not enabled. */
  denied: number;
  answered: number;
  /** The newest 10,000, in the order in which they came. */
  calls: LedgerEntry[];
};

export type Account = {
  /** Lets the call in, or throws why not. */
  enter(call: EmulatedCall, place: Place, inputTokens: number): Visit;
  /** From the next call on. Throws a TypeError for what is no quota. */
  set(quota: AccountQuota): void;
  /** What was said so far and still holds, in its order. */
  said(): AccountQuota[];
  /** Forgets what was said: everything is granted, without limits. */
  clear(): void;
  /** Whether the model is enabled in that region by any route. */
  isEnabled(modelId: string, region: string): boolean;
  ledger(scope?: AccountScope): AccountLedger;
};

const rememberedCalls = 10_000;
// Where nobody knows how much a model writes at most.
const usualMaxTokens = 4_096;

/** The access and the quotas of one account, by the same code that simulations use. */
export function createAccount(models: Models, now: () => number, quotas: readonly AccountQuota[] = []): Account {
  const service = createService({ quotas: {}, now });
  let said = quotas.map((quota, index) => readQuota(quota, `quotas[${index}]`));
  const open = new Map<string, Opened>();
  const entries = new Map<string, LedgerEntry>();

  function openedAt(place: Place): Opened {
    const known = open.get(place.key);
    if (known !== undefined) return known;
    const opened = { place, denied: 0, answered: 0, burndown: 1 };
    open.set(place.key, opened);
    grant(opened);
    return opened;
  }

  function grant(opened: Opened): void {
    const quota = quotaOf(opened.place);
    opened.burndown = quota.burndown ?? 1;
    service.set(opened.place.key, quota);
  }

  function quotaOf(place: Place): Quota {
    const burndown = place.traits.limits?.outputBurndown;
    const layers = said.filter((each) => isMeant(place, each));
    return Object.assign({ burndown }, ...layers.map(({ modelId, region, route, ...quota }) => quota));
  }

  function isMeant(place: Place, { modelId, region, route }: AccountScope): boolean {
    if (region !== undefined && region !== place.region) return false;
    if (route !== undefined && route !== place.route) return false;
    if (modelId === undefined || modelId === place.modelId) return true;
    const meant = models.find(modelId, place.region);
    if (meant.kind === 'profile') return meant.key === place.key;
    return meant.model !== undefined && meant.model === place.model;
  }

  function write(entry: LedgerEntry): void {
    entries.set(entry.requestId, entry);
    if (entries.size <= rememberedCalls) return;
    const [oldest = ''] = entries.keys();
    entries.delete(oldest);
  }

  return {
    enter(call, place, inputTokens) {
      const { requestId, operation, request, signal } = call;
      const opened = openedAt(place);
      const maxTokens = request.inferenceConfig?.maxTokens ?? place.traits.limits?.maxOutputTokens ?? usualMaxTokens;
      const admission = service.admit(place.key, { inputTokens, maxTokens });
      const outcome = admission.type === 'refused' ? 'denied' : admission.type;
      const reservedTokens = inputTokens + maxTokens;
      const entry: LedgerEntry = { requestId, key: place.key, operation, outcome, reservedTokens, isAnswered: false };
      write(entry);
      if (outcome === 'denied') opened.denied += 1;
      if (admission.type !== 'admitted') throw refusalOf(admission, place);
      const { burndown } = opened;
      return createVisit(
        admission.call,
        { inputTokens, signal },
        ({ inputTokens, outputTokens, ...more }, isAnswered) => {
          entry.settledTokens = inputTokens + (more.cacheWriteInputTokens ?? 0) + burndown * outputTokens;
          entry.isAnswered = isAnswered;
          if (isAnswered) opened.answered += 1;
        },
      );
    },

    said: () => [...said],

    isEnabled(modelId, region) {
      const place = models.find(modelId, region);
      const routes = [place.route, 'in_region', 'geo', 'global'] as const;
      return routes.some((route) => (quotaOf({ ...place, route }).access ?? 'granted') === 'granted');
    },

    set(given) {
      const quota = readQuota(given, 'quota');
      said = [...said.flatMap((earlier) => whatIsLeft(earlier, quota)), quota];
      for (const opened of open.values()) if (isMeant(opened.place, quota)) grant(opened);
    },

    clear() {
      said = [];
      for (const opened of open.values()) grant(opened);
    },

    ledger(scope = {}) {
      const meant = [...open].filter(([, { place }]) => isMeant(place, scope));
      const keys = new Set(meant.map(([key]) => key));
      const sums = meant.map(([key, { denied, answered }]) => ({ ...service.ledger(key), denied, answered }));
      const sum = (name: keyof Ledger | 'denied' | 'answered') => sums.reduce((all, each) => all + each[name], 0);
      return {
        admitted: sum('admitted'),
        throttled: sum('throttled'),
        unavailable: sum('unavailable'),
        denied: sum('denied'),
        settled: sum('settled'),
        settledTokens: sum('settledTokens'),
        answered: sum('answered'),
        calls: [...entries.values()].filter(({ key }) => keys.has(key)).map((entry) => ({ ...entry })),
      };
    },
  };
}

// Error text, Bedrock: an access that is denied, under the name of something that is not there.
const notUsedLately =
  'Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock';

/** Of something that was said earlier, what a later one of the same scope does not say anew. */
function whatIsLeft(earlier: AccountQuota, later: AccountQuota): AccountQuota[] {
  const isSameScope = scopeFields.every((name) => earlier[name] === later[name]);
  if (!isSameScope) return [earlier];
  const left = Object.entries(earlier).filter(([name]) => isScopeField(name) || !Object.hasOwn(later, name));
  return left.every(([name]) => isScopeField(name)) ? [] : [Object.fromEntries(left)];
}

const scopeFields = ['modelId', 'region', 'route'] as const;

function isScopeField(name: string): boolean {
  return (scopeFields as readonly string[]).includes(name);
}

/** What the service does not keep of a key itself. */
type Opened = { place: Place; denied: number; answered: number; burndown: number };

function refusalOf(admission: Exclude<Admission, { type: 'admitted' }>, { traits }: Place): Error {
  switch (admission.type) {
    case 'throttled':
      return throttle(admission.limit);
    case 'unavailable':
      // Troubleshooting guide; wording not verified.
      return bedrockError('ServiceUnavailableException', 'Too many connections, please wait before trying again.');
    case 'refused':
      if (admission.access === 'unknown_model') {
        return bedrockError('ValidationException', 'The provided model identifier is invalid.');
      }
      return traits.lifecycle?.status === 'legacy'
        ? refusal('ResourceNotFoundException', notUsedLately, { code: 'access_denied' })
        : bedrockError('AccessDeniedException');
  }
}
