import type { Attempt } from '@outcrop/converse';
import type { CallResult } from './call.ts';
import type { BulkItem } from './item.ts';
import type { Budget } from './options.ts';
import type { Outcome } from './outcome.ts';

/** What a call may come to, set aside while it is under way. */
export type Reserve = { usd: number; tokens: number };

/** Keeps a run within its budget. */
export function createSpending(budget: Budget | undefined) {
  const { usd: mostUsd = Number.POSITIVE_INFINITY, tokens: mostTokens = Number.POSITIVE_INFINITY } = budget ?? {};
  const spent: Reserve = { usd: 0, tokens: 0 };
  const held: Reserve = { usd: 0, tokens: 0 };

  return {
    /** Sets aside what the request may cost; `undefined` if the budget might not bear it. */
    reserve(item: BulkItem): Reserve | undefined {
      if (budget === undefined) return nothing;
      const { usd = 0, tokens = 0 } = budget.estimateCost(item);
      if (!(usd >= 0 && tokens >= 0)) {
        throw new RangeError(`estimateCost said { usd: ${usd}, tokens: ${tokens} }, and has to say numbers from 0 on.`);
      }
      if (spent.usd + held.usd + usd > mostUsd || spent.tokens + held.tokens + tokens > mostTokens) return undefined;
      held.usd += usd;
      held.tokens += tokens;
      return { usd, tokens };
    },
    release(reserve: Reserve): void {
      held.usd -= reserve.usd;
      held.tokens -= reserve.tokens;
    },
    /** What it came to, or at most came to where nobody knows. */
    spend(outcome: CallResult | Outcome, reserve: Reserve): void {
      const { usd, tokens } = spentOn(outcome, reserve);
      spent.usd += usd;
      spent.tokens += tokens;
    },
  };
}

const nothing: Reserve = { usd: 0, tokens: 0 };

function spentOn(outcome: CallResult | Outcome, reserve: Reserve): Reserve {
  if (outcome.type === 'ok') {
    const { cost, usage, attempts = [] } = outcome.reply;
    return {
      usd: cost === undefined || cost.status === 'no_price' ? reserve.usd : cost.usd,
      tokens: usage.totalTokens + tokensOf(paidInVain(attempts)),
    };
  }
  if (outcome.type === 'failed') {
    const paid = paidInVain(outcome.error.attempts);
    return { usd: paid.length * reserve.usd, tokens: tokensOf(paid) };
  }
  // A call that timed out or was given up may have been answered, and paid.
  if (outcome.type === 'timed_out' || outcome.type === 'aborted') return reserve;
  return nothing;
}

/** Attempts that were answered, and whose answer was no good. */
function paidInVain(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(({ error, usage }) => error !== undefined && usage !== undefined);
}

function tokensOf(attempts: readonly Attempt[]): number {
  return attempts.reduce((sum, { usage }) => sum + (usage?.totalTokens ?? 0), 0);
}
