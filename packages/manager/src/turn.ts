import {
  type Attempt,
  type CallOptions,
  type Converse,
  ConverseError,
  type ConverseErrorJson,
  type ConverseRequest,
  type ConverseResponse,
  isConverseError,
  type TargetName,
  type TokenUsage,
  type Verdict,
} from '@outcrop/converse';
import { costOf } from '@outcrop/model-catalog';
import { type Deadlines, isDeadlineError, type Lease, startDeadlines } from '@outcrop/retry-core';
import { type Call, type Candidate, throwIfOver } from './call.ts';
import { choose } from './choice.ts';
import { timedOut } from './errors.ts';
import { afterError } from './failure.ts';
import { completeReply } from './reply.ts';
import { takenTokens } from './reservation.ts';
import { noteRung } from './rungs.ts';

/** One try of one target. */
export type Turn = {
  readonly candidate: Candidate;
  readonly name: TargetName;
  readonly lease: Lease;
  readonly converse: Converse;
  readonly request: ConverseRequest;
  readonly options: CallOptions;
  readonly deadlines: Deadlines;
  readonly startedAt: number;
  readonly wallStartedAt: number;
  readonly waitedMs: number;
  /** When the first event of a stream was there. */
  firstEventAt?: number | undefined;
  began: boolean;
  usage?: TokenUsage | undefined;
  isOver: boolean;
  readonly stop: () => void;
};

/** Waits for the next target that is worth a try, and begins. Throws what the call ends with if there is none. */
export async function nextTurn(call: Call): Promise<Turn> {
  const waitingSince = call.core.clock.now();
  const { candidate, lease } = await choose(call);
  try {
    return beginTurn(call, candidate, lease, waitingSince);
  } catch (error) {
    // Who connects may fail.
    lease.abandoned();
    throw error;
  }
}

function beginTurn(call: Call, candidate: Candidate, lease: Lease, waitingSince: number): Turn {
  const { core, options, emit, last } = call;
  const converse = core.connections.to(candidate.target);
  const name = nameOf(candidate);
  const { now, wallNow, delay } = core.clock;
  const startedAt = now();
  // The deadline for all of it is in the signal.
  const { totalMs: _, ...phases } = options.deadlines ?? {};
  const firstEventMs = Math.min(phases.firstEventMs ?? Number.POSITIVE_INFINITY, fairShareMs(call, startedAt));
  const limits = { ...phases, ...(firstEventMs < Number.POSITIVE_INFINITY && { firstEventMs }) };
  const { signal } = call.deadlines;
  const deadlines = startDeadlines({ ...limits, connectMs: undefined, signal, now, delay });
  const onSilence = () => deadlines.end(lease.signal.reason);
  if (lease.signal.aborted) onSilence();
  else lease.signal.addEventListener('abort', onSilence);
  const { priority } = options;
  if (last && last.candidate !== candidate) {
    emit?.({ type: 'failover', from: nameOf(last.candidate), to: name, error: last.error.toJson() });
  }
  emit?.({ type: 'attempt', target: name, attempt: call.attempts.length + 1 });
  return {
    candidate,
    name,
    lease,
    converse,
    request: call.request,
    options: { deadlines: limits, signal: deadlines.signal, rung: candidate.rung, priority },
    deadlines,
    startedAt,
    wallStartedAt: wallNow(),
    waitedMs: startedAt - waitingSince,
    began: false,
    isOver: false,
    stop() {
      deadlines.stop();
      lease.signal.removeEventListener('abort', onSilence);
    },
  };
}

/**
 * As long as something else could be tried, one try leaves time for it: a minute, or half of what is left. But nobody
 * answers in no time.
 */
function fairShareMs({ endsAt, candidates }: Call, at: number): number {
  const leftMs = endsAt - at;
  const isLast = candidates.filter(({ isOut }) => !isOut).length === 1;
  return isLast ? Number.POSITIVE_INFINITY : Math.max(leftMs / 2, leftMs - 60_000, 5_000);
}

function nameOf({ target: { model, id, region, route } }: Candidate): TargetName {
  return { model, id, region, route };
}

/** The first event of a stream is there: from now on the caller has seen something. */
export function turnBegan(call: Call, turn: Turn): void {
  turn.began = true;
  turn.firstEventAt = call.core.clock.now();
  turn.lease.accepted();
}

/** A reply came. It is settled with the fleet, shown to `validate`, and completed. */
export async function accept(call: Call, turn: Turn, reply: ConverseResponse): Promise<ConverseResponse> {
  turn.usage = reply.usage;
  turn.lease.settle({ tokens: takenTokens(reply.usage, turn.candidate.target.traits) });
  turn.deadlines.stop();
  const verdict = await verdictOn(call, reply);
  if (verdict !== 'ok') {
    const { reason, details } = verdict;
    throw new ConverseError('reply_rejected', `The reply was rejected: ${reason}`, {
      reason,
      details,
      target: turn.name,
    });
  }
  call.core.memory.budget.refund();
  record(call, turn, undefined);
  noteRung(call, turn.candidate);
  return completeReply(call, turn, reply);
}

async function verdictOn({ options: { validate }, deadlines }: Call, reply: ConverseResponse): Promise<Verdict> {
  if (validate === undefined) return 'ok';
  return deadlines.during(Promise.resolve(validate(reply)));
}

/** Says what became of the try, and throws if the call ends with it. */
export function turnFailed(call: Call, turn: Turn, thrown: unknown): void {
  if (call.deadlines.signal.aborted || !isOurs(turn, thrown)) {
    turn.lease.abandoned();
    record(call, turn, cutShort(call, turn));
    throwIfOver(call);
    throw thrown;
  }
  const error = isConverseError(thrown) ? thrown : silence(turn, thrown);
  record(call, turn, error.toJson());
  afterError(call, turn, error);
}

function isOurs(turn: Turn, thrown: unknown): boolean {
  return (
    isConverseError(thrown) ||
    isDeadlineError(thrown) ||
    (turn.lease.signal.aborted && thrown === turn.lease.signal.reason)
  );
}

/** A deadline of the try, or the fleet's finding that nothing answers there any more. */
function silence({ name, lease }: Turn, thrown: unknown): ConverseError {
  if (isDeadlineError(thrown)) return timedOut(thrown, [], name);
  const message = `${name.model} in ${name.region} has stopped answering anybody.`;
  return new ConverseError('timeout', message, { phase: 'first_event', target: name, cause: lease.signal.reason });
}

/** Of a try that was cut short by the end of its call, it is known that nobody knows. */
function cutShort({ deadlines: { signal } }: Call, { name }: Turn): ConverseErrorJson {
  if (isDeadlineError(signal.reason)) return timedOut(signal.reason, [], name).toJson();
  return new ConverseError('connection', 'The call was given up while this try was on its way.', {
    target: name,
  }).toJson();
}

/** The caller has gone in the middle of a stream. */
export function leaveTurn(call: Call, turn: Turn): void {
  if (turn.isOver) return;
  turn.lease.abandoned();
  record(call, turn, cutShort(call, turn));
}

function record(call: Call, turn: Turn, error: ConverseErrorJson | undefined): void {
  if (turn.isOver) return;
  turn.isOver = true;
  turn.stop();
  const { name, wallStartedAt, startedAt, waitedMs, usage, candidate } = turn;
  const attempt: Attempt = {
    target: name,
    startedAt: wallStartedAt,
    durationMs: call.core.clock.now() - startedAt,
    ...(waitedMs > 0 && { waitedMs }),
    ...(usage && { usage }),
    ...(error && { error }),
  };
  call.attempts.push(attempt);
  if (error?.code !== 'throttled') call.tries++;
  const cost = usage && costOf(usage, candidate.target);
  call.core.stats.attempt(attempt, cost, candidate.failures + candidate.rejections > 0);
  if (error === undefined) call.emit?.({ type: 'reply', attempt });
}
