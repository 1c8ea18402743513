import type { BreakerState } from '../breaker.ts';
import type { Member } from './member.ts';

/** How one key does. */
export type KeyStatus = {
  key: string;
  inFlight: number;
  breaker: BreakerState;
  /** How long it is still kept out by its bench. */
  benchedMs: number;
  /** What has been found of its limits, per minute. */
  requestsPerMinute?: number | undefined;
  tokensPerMinute?: number | undefined;
  /** Of the calls that succeeded, once there were any. */
  latencyMs?: { p50: number; p99: number };
};

export function statusOf(member: Member, at: number): KeyStatus {
  const { isWindow: _, ...found } = member.limiter.snapshot();
  const { latency } = member;
  return {
    key: member.key,
    inFlight: member.inFlight.size,
    breaker: member.breaker.snapshot(),
    benchedMs: Math.max(0, member.benchedUntil - at),
    ...found,
    ...(latency.weight > 0 && { latencyMs: { p50: latency.p50, p99: latency.p99 } }),
  };
}
