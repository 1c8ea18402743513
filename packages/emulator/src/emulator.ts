import type { Converse, TargetName } from '@outcrop/converse';
import type { Delay } from '@outcrop/converse/testing';
import { createBedrock } from './bedrock.ts';
import type { EmulatedCall } from './call.ts';
import { connectTo } from './connect.ts';
import type { Guardrail } from './guardrails/guardrail.ts';
import { listen } from './http/listen.ts';
import { createHandler } from './http/routes.ts';
import { describe } from './responders/describe.ts';
import type { Match, Responder, When } from './rules.ts';
import { sleep } from './sleep.ts';

/** Where it listens and what it answers. */
export type EmulatorOptions = {
  /** `0` takes any that is free. @default 0 */
  port?: number | undefined;
  /** @default '127.0.0.1', which no other machine reaches */
  host?: string | undefined;
  /** Answers what nothing was said about with `when`. @default {@link describe} */
  respond?: Responder | undefined;
  /** Guardrails by their ids. @default every id is one that blocks the word `blockme` */
  guardrails?: Readonly<Record<string, Guardrail>> | undefined;
  /** Milliseconds that never run backwards, for `latencyMs`. @default performance.now */
  now?: (() => number) | undefined;
  /** What scripted waits wait with. @default a timer */
  delay?: Delay | undefined;
};

/** Amazon Bedrock on localhost. */
export interface Emulator extends AsyncDisposable {
  /** What a client takes as its endpoint, or `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`. */
  readonly url: string;
  readonly port: number;
  /** The calls that arrived and could be read, over the wire and in process; the newest 1,000 of them. */
  readonly requests: readonly EmulatedCall[];
  /**
   * Says what is answered to some calls, or to all of them.
   *
   * @example
   * ```ts
   * import { bedrockError, createEmulator, throttle } from '@outcrop/emulator';
   *
   * await using emulator = await createEmulator();
   * emulator.when().reply(throttle(), throttle('tokens'), 'Granite.');
   * const outage = emulator.when({ region: 'us-east-1' }).always(bedrockError('ServiceUnavailableException'));
   * outage.end();
   * ```
   */
  when(match?: Match): When;
  /** A {@link Converse} on the same service, without a socket. It keeps no deadlines. */
  connect(target: TargetName): Converse;
  /** Breaks off what is under way and gives the port back. */
  close(): Promise<void>;
}

/**
 * Starts Amazon Bedrock on localhost: any client reaches it by its endpoint setting, over HTTP/1.1 and over HTTP/2.
 *
 * @example
 * ```ts
 * import { createEmulator } from '@outcrop/emulator';
 *
 * await using emulator = await createEmulator();
 * process.env['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'] = emulator.url;
 * ```
 */
export async function createEmulator({
  port = 0,
  host = '127.0.0.1',
  respond = describe,
  guardrails,
  now = () => performance.now(),
  delay = sleep,
}: EmulatorOptions = {}): Promise<Emulator> {
  const bedrock = createBedrock({ respond, guardrails, now, delay });
  const listener = await listen({ port, host, handler: createHandler(bedrock) });
  return {
    url: listener.url,
    port: listener.port,
    requests: bedrock.requests,
    when: bedrock.when,
    connect: (target) => connectTo(bedrock, target),
    close: listener.close,
    [Symbol.asyncDispose]: listener.close,
  };
}
