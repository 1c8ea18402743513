/** What a service counts. Each has a limit of its own, and a call needs room under all of them. */
export const dimensions = ['requests', 'tokens'] as const;
/** What a limit counts. */
export type Dimension = (typeof dimensions)[number];

/** What a call takes from the quota: its `tokens` while it runs, or in the end. It is one request unless it says otherwise. */
export type Cost = { [Name in Dimension]?: number | undefined };

/** Quotas as services state them. */
export type Quotas = {
  requestsPerMinute?: number | undefined;
  tokensPerMinute?: number | undefined;
};

/** A cost that is no amount would spoil every figure after it. */
export function checkCost(cost: Cost): void {
  for (const dimension of dimensions) {
    const amount = cost[dimension];
    if (amount !== undefined && !isAmount(amount)) {
      throw new RangeError(
        `The cost has ${amount} ${dimension}, but that has to be from 0 to ${Number.MAX_SAFE_INTEGER}.`,
      );
    }
  }
}

/** 0 or more, and not beyond all counting. What a service says of itself may be anything. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

export function amountOf(cost: Cost, dimension: Dimension): number {
  return cost[dimension] ?? (dimension === 'requests' ? 1 : 0);
}

export function perSecond(quotas: Quotas, dimension: Dimension): number | undefined {
  const perMinute = dimension === 'requests' ? quotas.requestsPerMinute : quotas.tokensPerMinute;
  if (perMinute !== undefined && !(perMinute > 0)) {
    throw new RangeError(`${dimension}PerMinute is ${perMinute}, but has to be more than 0.`);
  }
  return perMinute === undefined ? undefined : perMinute / 60;
}
