import { type ConverseResponse, type Cost, usageOf, type Warning } from '@outcrop/converse';
import { costOf } from '@outcrop/model-catalog';
import type { Call } from './call.ts';
import { unsetWarning } from './reservation.ts';
import type { Turn } from './turn.ts';

/** The reply of the model, with what only the manager knows: who served it, what was tried, what it cost in all. */
export function completeReply(call: Call, turn: Turn, reply: ConverseResponse): ConverseResponse {
  const { core, attempts, emit } = call;
  const endedAt = core.clock.now();
  call.hasReplied = true;
  const warnings = [...(reply.warnings ?? []), ...warningsOf(call, turn)];
  if (emit) for (const warning of warnings) emit({ type: 'warning', warning });
  return {
    ...reply,
    usage: usageOf(reply.usage),
    servedBy: turn.name,
    attempts,
    cost: costOfAll(call, turn, reply),
    metrics: { ...reply.metrics, ...timesOf(call, turn, reply, endedAt) },
    ...(warnings.length > 0 && { warnings }),
  };
}

function warningsOf({ warnings, request }: Call, { candidate }: Turn): Warning[] {
  const { target } = candidate;
  const unset = unsetWarning(request, target.traits);
  return [...target.warnings, ...warnings, ...(unset ? [unset] : [])];
}

function timesOf({ startedAt }: Call, turn: Turn, { usage }: ConverseResponse, endedAt: number) {
  const { firstEventAt } = turn;
  const writingMs = endedAt - (firstEventAt ?? turn.startedAt);
  return {
    totalMs: endedAt - startedAt,
    ...(firstEventAt !== undefined && { timeToFirstTokenMs: firstEventAt - startedAt }),
    ...(writingMs > 0 && { outputTokensPerSecond: (1000 * usage.outputTokens) / writingMs }),
  };
}

/** All tries that reported tokens, each at the price of its own route. */
function costOfAll({ attempts, candidates }: Call, turn: Turn, { usage, serviceTier }: ConverseResponse): Cost {
  const sum = costOf(usage, turn.candidate.target, { serviceTier: serviceTier?.type });
  return attempts.reduce((all, { target, usage: spent, error }) => {
    if (error === undefined || spent === undefined) return all;
    const at = candidates.find(({ target: { id, region } }) => id === target.id && region === target.region);
    return addCosts(all, costOf(spent, at?.target ?? {}));
  }, sum);
}

function addCosts(a: Cost, b: Cost): Cost {
  if (a.status === b.status) return { ...a, usd: a.usd + b.usd };
  const reason = a.reason ?? b.reason;
  return { usd: a.usd + b.usd, status: 'partial', ...(reason && { reason }) };
}
