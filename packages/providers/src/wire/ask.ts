import type { CallOptions, ConverseErrorContext } from '@outcrop/converse';
import { startDeadlines } from '@outcrop/retry-core';
import { connectionError } from '../errors/wire-errors.ts';
import { readJson } from './answer.ts';
import type { Link } from './connect.ts';
import { exchange } from './exchange.ts';
import type { WireRequest } from './transport.ts';

/** What concerns one question that is no conversation. */
export type AsideOptions = Pick<CallOptions, 'signal' | 'deadlines'>;

/** Asks one whole question and gives its JSON. */
export async function ask(
  { transport, deadlines: given, now, delay }: Link,
  request: Omit<WireRequest, 'signal' | 'onConnected' | 'headers'>,
  { signal, deadlines: limits }: AsideOptions = {},
  context: ConverseErrorContext = {},
): Promise<object> {
  signal?.throwIfAborted();
  const { connectMs, totalMs } = { ...given, ...limits };
  const connect = transport.reportsConnection ? connectMs : undefined;
  const deadlines = startDeadlines({ connectMs: connect, totalMs, signal, now, delay });
  const answer = async () =>
    readJson(
      await exchange(transport, {
        ...request,
        headers: {},
        signal: deadlines.signal,
        onConnected: deadlines.connected,
      }),
    );
  try {
    return await deadlines.during(answer());
  } catch (error) {
    throw signal?.aborted ? signal.reason : connectionError(error, context);
  } finally {
    deadlines.stop();
  }
}
