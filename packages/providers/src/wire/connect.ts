import {
  type CallMetrics,
  type CallOptions,
  type Converse,
  ConverseError,
  type ConverseRequest,
  type ConverseResponse,
  type ConverseStreamEvent,
  createConverseStream,
  type Deadlines as DeadlineLimits,
  isConverseError,
  type ModelTraits,
  patienceAfter,
  type Target,
  type TargetName,
  tellListener,
  type Warning,
} from '@outcrop/converse';
import { eventsOf } from '@outcrop/converse/testing';
import { type ClockOptions, isDeadlineError, startDeadlines, systemClock } from '@outcrop/retry-core';
import { connectionError } from '../errors/wire-errors.ts';
import { type PrepareOptions, prepareRequest } from '../prepare/prepare.ts';
import { contextOf, readJson, type Warn } from './answer.ts';
import { exchange } from './exchange.ts';
import { createMeter } from './meter.ts';
import { type Encoded, encodeCall, type LoadInvoke } from './speech.ts';
import { readEvents } from './stream-events.ts';
import type { Transport, WireResponse } from './transport.ts';

/** What every connection of one provider shares. */
export type Link = Pick<ClockOptions, 'now' | 'delay'> & {
  transport: Transport;
  loadInvoke: LoadInvoke;
  prepare: PrepareOptions;
  deadlines: DeadlineLimits;
  /** What is to be said once, with the first reply: nobody looks at a log. */
  notices: Warning[];
};

/** One model in one region: what is asked of it is prepared, sent, and read back. */
export function connectTo(target: Target, link: Link): Converse {
  const { transport, now = systemClock.now } = link;
  const name: TargetName = { model: target.model, id: target.id, region: target.region, route: target.route };

  /** What both ways to ask have in common: the deadlines, the warnings and the errors. */
  function startCall(request: ConverseRequest, options: CallOptions, { streams, signal }: CallShape) {
    const { onEvent, rung } = options;
    const warnings: Warning[] = [];
    const { connectMs, firstEventMs, idleMs, totalMs } = { ...link.deadlines, ...options.deadlines };
    const deadlines = startDeadlines({
      connectMs: transport.reportsConnection ? connectMs : undefined,
      // Of an answer that comes as a whole, nobody knows how long the first word takes.
      ...(streams && { firstEventMs, idleMs }),
      totalMs,
      signal,
      now,
      delay: link.delay,
    });

    function warn(found: readonly Warning[]): void {
      for (const warning of found) {
        warnings.push(warning);
        tellListener(onEvent, { type: 'warning', warning });
      }
    }

    async function encode(): Promise<Encoded> {
      warn(link.notices.splice(0));
      const prepared = prepareRequest(request, target.traits, { ...link.prepare, rung });
      warn(prepared.warnings);
      const encoded = await encodeCall(prepared, { target, stream: streams, loadInvoke: link.loadInvoke });
      warn(encoded.warnings);
      return encoded;
    }

    function send({ operation, headers, body }: Encoded): Promise<WireResponse> {
      const request = {
        operation,
        region: target.region,
        labels: { modelId: target.id },
        headers,
        body,
        signal: deadlines.signal,
        onConnected: deadlines.connected,
      };
      return exchange(
        transport,
        request,
        onEvent && ((attempt) => tellListener(onEvent, { type: 'attempt', target: name, attempt })),
      );
    }

    /** The reply with what only we know of it. */
    function complete(reply: ConverseResponse, metrics: CallMetrics): ConverseResponse {
      if (reply.warnings !== undefined) warn(reply.warnings);
      const completed: ConverseResponse = { ...reply, metrics, servedBy: name };
      if (warnings.length > 0) completed.warnings = warnings;
      return completed;
    }

    function failure(error: unknown): unknown {
      if (signal?.aborted) return signal.reason;
      // What a caller's own function threw stays what it is.
      return isConverseError(error) || isDeadlineError(error) ? connectionError(error, { target: name }) : error;
    }

    return { deadlines, warn, encode, send, complete, failure };
  }

  async function converse(request: ConverseRequest, options: CallOptions = {}): Promise<ConverseResponse> {
    options.signal?.throwIfAborted();
    const call = startCall(request, options, { streams: false, signal: options.signal });
    const meter = createMeter(now);

    async function ask(): Promise<ConverseResponse> {
      const encoded = await call.encode();
      const response = await call.send(encoded);
      return decodeWhole(response, encoded, call.warn);
    }

    try {
      const reply = await call.deadlines.during(ask());
      return call.complete(reply, meter.whole(reply));
    } catch (error) {
      throw call.failure(error);
    } finally {
      call.deadlines.stop();
    }
  }

  function converseStream(request: ConverseRequest, options: CallOptions = {}) {
    let call: ReturnType<typeof startCall> | undefined;
    const meter = createMeter(now);

    async function* events(leaving: AbortSignal): AsyncGenerator<ConverseStreamEvent> {
      const streams = doesStream(target.traits, request);
      const started = startCall(request, options, { streams, signal: leaving });
      call = started;
      try {
        const { deadlines } = started;
        const encoded = await started.encode();
        if (!streams) started.warn([notStreamed]);
        const response = await deadlines.during(started.send(encoded));
        const source = streams
          ? readEvents(response, encoded.reader(response, started.warn))
          : playWhole(response, encoded, started.warn);
        let stopped = false;
        for await (const batch of deadlines.watch(source, patienceAfterBatch)) {
          for (const event of batch) {
            meter.see(event);
            if (event.messageStop) stopped = true;
            yield event;
          }
        }
        if (!stopped) throw truncated(response);
      } catch (error) {
        throw started.failure(error);
      } finally {
        started.deadlines.stop();
      }
    }

    const finish = (reply: ConverseResponse) => call?.complete(reply, meter.streamed(reply)) ?? reply;
    return createConverseStream(events, { signal: options.signal, finish });
  }

  function truncated(response: WireResponse): ConverseError {
    const message = 'The stream ended before its message did: half an answer came.';
    return new ConverseError('stream_truncated', message, { ...contextOf(response), target: name });
  }

  return { converse, converseStream };
}

/** What the last event said that said anything. */
function patienceAfterBatch(batch: readonly ConverseStreamEvent[]): number | undefined {
  let patience: number | undefined;
  for (const event of batch) patience = patienceAfter(event) ?? patience;
  return patience;
}

type CallShape = { streams: boolean; signal: AbortSignal | undefined };

/** Some models stream no answers, and some none with tools: they are asked for the whole. */
function doesStream({ streaming, tools }: ModelTraits, { toolConfig }: ConverseRequest): boolean {
  return streaming !== false && (toolConfig === undefined || tools?.streaming !== false);
}

const notStreamed: Warning = {
  code: 'not_streamed',
  message: 'The answer came as a whole: the model streams none, or none with tools.',
};

async function decodeWhole(response: WireResponse, encoded: Encoded, warn: Warn): Promise<ConverseResponse> {
  return encoded.decode(await readJson(response, warn), response, warn);
}

/** A whole answer as the events of its stream. */
async function* playWhole(
  response: WireResponse,
  encoded: Encoded,
  warn: Warn,
): AsyncGenerator<readonly ConverseStreamEvent[]> {
  const reply = await decodeWhole(response, encoded, warn);
  yield eventsOf(reply, { pieceLength: Number.MAX_SAFE_INTEGER });
}
