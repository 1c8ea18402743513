import { createMeter, type Meter, type MeterShape } from './meter.ts';

/** What the service grants one key: an account's quota for one model in one region by one route. */
export type Quota = {
  requestsPerMinute?: number | undefined;
  tokensPerMinute?: number | undefined;
  tokensPerDay?: number | undefined;
  /** @default a token bucket of 60 s */
  shape?: MeterShape | undefined;
  /** What an output token counts against the quota. @default 1 */
  burndown?: number | undefined;
  /** Calls at once, beyond which it says that it is unavailable. No quota that AWS states. @default any number */
  concurrent?: number | undefined;
  /** The share of the quota that somebody else on the account eats. @default 0 */
  neighbour?: number | undefined;
  /** @default 'granted' */
  access?: 'granted' | 'denied' | 'unknown_model' | undefined;
};

/** A call, as far as quotas are concerned. */
export type CallSize = { inputTokens: number; maxTokens: number };

/** What a call came to. */
export type CallUsage = { inputTokens: number; cacheWriteInputTokens?: number | undefined; outputTokens: number };

/** Yes or no. */
export type Admission =
  | { type: 'admitted'; call: AdmittedCall }
  | { type: 'throttled'; limit: 'requests' | 'tokens' | 'tokens_per_day' }
  | { type: 'unavailable' }
  | { type: 'refused'; access: 'denied' | 'unknown_model' };

/** A call that is running. It wants exactly one end. */
export type AdmittedCall = {
  /** So much has been written: what goes beyond the reservation is taken at once. */
  adjust(outputTokens: number): void;
  /** The end, with what it came to. What was reserved too much comes back; what is missing is taken, into debt if need be. */
  settle(usage: CallUsage): void;
  /** It failed: its tokens come back, its request does not. */
  fail(): void;
};

/** What happened with one key. */
export type Ledger = {
  admitted: number;
  throttled: number;
  unavailable: number;
  settled: number;
  settledTokens: number;
};

/** The quotas of a service, without sockets. */
export interface Service {
  /** Lets a call in and reserves what it may take, or says which limit is in the way. */
  admit(key: string, size: CallSize): Admission;
  /**
   * Says what is granted from now on, also to a key that was not known. What is counted goes on where its limit and its
   * shape stay as they are, and begins anew where they change.
   */
  set(key: string, quota: Quota): void;
  /** What has become of the calls so far. */
  ledger(key: string): Readonly<Ledger>;
  /** Whether such a call would be admitted now: for those who know everything. */
  hasRoom(key: string, size: CallSize): boolean;
}

/** Makes a {@link Service}. A key that it does not know is an unknown model. */
export function createService({ quotas, now }: { quotas: Record<string, Quota>; now: () => number }): Service {
  const accounts = new Map(Object.entries(quotas).map(([key, quota]) => [key, openAccount(quota, now())]));

  function admit(key: string, { inputTokens, maxTokens }: CallSize): Admission {
    const account = accounts.get(key);
    if (account === undefined) return { type: 'refused', access: 'unknown_model' };
    const { quota, ledger } = account;
    const { access = 'granted', burndown = 1 } = quota;
    if (access !== 'granted') return { type: 'refused', access };
    const at = now();
    feedNeighbour(account, at);
    const limit = whatLacks(account, inputTokens + maxTokens, at);
    if (limit !== undefined) {
      ledger.throttled++;
      return { type: 'throttled', limit };
    }
    if (account.running >= (quota.concurrent ?? Number.POSITIVE_INFINITY)) {
      ledger.unavailable++;
      return { type: 'unavailable' };
    }
    account.requests?.take(1, at);
    let reserved = inputTokens + maxTokens;
    const taken = [account.tokens?.take(reserved, at), account.day?.take(reserved, at)].filter((each) => !!each);
    account.running++;
    ledger.admitted++;
    const running = account;
    let isOver = false;

    function hold(tokens: number): void {
      for (const each of taken) each.giveBack(reserved - tokens, now());
      reserved = tokens;
    }

    function end(tokens: number): void {
      if (isOver) return;
      isOver = true;
      running.running--;
      hold(tokens);
    }

    return {
      type: 'admitted',
      call: {
        adjust(outputTokens) {
          if (!isOver) hold(Math.max(reserved, inputTokens + burndown * outputTokens));
        },
        settle({ inputTokens, cacheWriteInputTokens = 0, outputTokens }) {
          const tokens = inputTokens + cacheWriteInputTokens + burndown * outputTokens;
          if (!isOver) {
            ledger.settled++;
            ledger.settledTokens += tokens;
          }
          end(tokens);
        },
        fail: () => end(0),
      },
    };
  }

  return {
    admit,
    set(key, quota) {
      const before = accounts.get(key);
      if (before === undefined) accounts.set(key, openAccount(quota, now()));
      else change(before, quota, now());
    },
    ledger: (key) => ({ ...(accounts.get(key)?.ledger ?? emptyLedger()) }),
    hasRoom(key, { inputTokens, maxTokens }) {
      const account = accounts.get(key);
      if (account === undefined) return false;
      feedNeighbour(account, now());
      return whatLacks(account, inputTokens + maxTokens, now()) === undefined;
    },
  };
}

type Account = {
  quota: Quota;
  requests: Meter | undefined;
  tokens: Meter | undefined;
  day: Meter | undefined;
  ledger: Ledger;
  running: number;
  fedAt: number;
};

const usualShape: MeterShape = { kind: 'token_bucket', burstSeconds: 60 };

function openAccount(quota: Quota, at: number): Account {
  return { quota, ...metersOf(quota), ledger: emptyLedger(), running: 0, fedAt: at };
}

function metersOf({ requestsPerMinute, tokensPerMinute, tokensPerDay, shape = usualShape }: Quota) {
  return {
    requests: requestsPerMinute === undefined ? undefined : createMeter(shape, requestsPerMinute),
    tokens: tokensPerMinute === undefined ? undefined : createMeter(shape, tokensPerMinute),
    day: tokensPerDay === undefined ? undefined : createMeter({ kind: 'fixed_window' }, tokensPerDay, dayMs),
  };
}

function change(account: Account, quota: Quota, at: number): void {
  feedNeighbour(account, at);
  account.fedAt = at;
  const before = account.quota;
  const fresh = metersOf(quota);
  const isSameShape = JSON.stringify(before.shape ?? usualShape) === JSON.stringify(quota.shape ?? usualShape);
  account.quota = quota;
  if (!isSameShape || before.requestsPerMinute !== quota.requestsPerMinute) account.requests = fresh.requests;
  if (!isSameShape || before.tokensPerMinute !== quota.tokensPerMinute) account.tokens = fresh.tokens;
  if (before.tokensPerDay !== quota.tokensPerDay) account.day = fresh.day;
}

/**
 * The neighbour takes its share steadily, as far as there is something: bit by bit. Taken in one go, what it took in a
 * minute in which nobody called would empty a bucket that holds a second's worth.
 */
function feedNeighbour(account: Account, at: number): void {
  const { quota, requests, tokens } = account;
  const { neighbour = 0 } = quota;
  if (neighbour === 0) return;
  // What it took more than two minutes ago has been filled up again, or belongs to a window that is over.
  let from = Math.max(account.fedAt, at - 120_000);
  account.fedAt = at;
  while (from < at) {
    const to = Math.min(at, from + neighbourStepMs);
    for (const [meter, perMinute] of [
      [requests, quota.requestsPerMinute],
      [tokens, quota.tokensPerMinute],
    ] as const) {
      if (meter === undefined || perMinute === undefined) continue;
      const share = (neighbour * perMinute * (to - from)) / 60_000;
      meter.force(Math.min(share, Math.max(0, meter.level(to))), to);
    }
    from = to;
  }
}

const neighbourStepMs = 250;

function whatLacks({ requests, tokens, day }: Account, reserve: number, at: number) {
  if (requests !== undefined && requests.level(at) < 1) return 'requests';
  if (tokens !== undefined && tokens.level(at) < reserve) return 'tokens';
  if (day !== undefined && day.level(at) < reserve) return 'tokens_per_day';
  return undefined;
}

function emptyLedger(): Ledger {
  return { admitted: 0, throttled: 0, unavailable: 0, settled: 0, settledTokens: 0 };
}

const dayMs = 86_400_000;
