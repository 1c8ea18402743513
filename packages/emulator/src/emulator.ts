import type { Converse, TargetName } from '@outcrop/converse';
import type { Delay } from '@outcrop/converse/testing';
import type { AccountLedger, AccountQuota, AccountScope } from './account/account.ts';
import { createAdmission } from './admission.ts';
import { createBedrock } from './bedrock.ts';
import type { EmulatedCall } from './call.ts';
import { connectTo } from './connect.ts';
import { type Credential, createVerifier } from './credentials/credentials.ts';
import { listen } from './http/listen.ts';
import { createHandler } from './http/routes.ts';
import type { AddedModels } from './models.ts';
import { describe } from './responders/describe.ts';
import { sleep } from './sleep.ts';
import type { Match, Responder, When } from './when.ts';

/** Where it listens and what it answers. */
export type EmulatorOptions = {
  /** `0` takes any that is free. @default 0 */
  port?: number | undefined;
  /** @default '127.0.0.1', which no other machine reaches */
  host?: string | undefined;
  /** Answers what nothing was said about with `when`. @default {@link describe} */
  respond?: Responder | undefined;
  /** Milliseconds that never run backwards, for `latencyMs`. @default performance.now */
  now?: (() => number) | undefined;
  /** What scripted waits wait with. @default a timer */
  delay?: Delay | undefined;
  /** Milliseconds since 1970, for what expires: credentials, signatures and models. @default Date.now */
  wallNow?: (() => number) | undefined;
  /** Of calls that name none, such as those with a bearer token. @default 'us-east-1' */
  region?: string | undefined;
  /** Answers what Bedrock would refuse, too. Quotas and credentials stay. @default false */
  lenient?: boolean | undefined;
  /**
   * Models that the catalog does not know, and what is behind an ARN of your own: their traits by id or ARN. What they
   * leave out is unknown, and then nothing is refused for it.
   */
  models?: AddedModels | undefined;
  /** Refuses models from their end of life on. @default false, so that old tests stay what they are */
  lifecycle?: boolean | undefined;
  /** What the account may do; see {@link Emulator.quotas}. @default everything, without limits */
  quotas?: readonly AccountQuota[] | undefined;
  /** Who may call. With them, signatures and bearer keys are verified over the wire. @default anybody */
  credentials?: readonly Credential[] | undefined;
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
  /** The quotas of the account, and which models are enabled. */
  readonly quotas: {
    /**
     * Says it from the next call on. What is no quota is a `TypeError` that says why.
     *
     * @example
     * ```ts
     * import { createEmulator } from '@outcrop/emulator';
     *
     * await using emulator = await createEmulator();
     * emulator.quotas.set({ modelId: 'amazon.nova-lite-v1:0', region: 'us-east-1', requestsPerMinute: 10 });
     * emulator.quotas.set({ region: 'eu-west-1', access: 'denied' });
     * ```
     */
    set(quota: AccountQuota): void;
  };
  /** What has become of the calls that are meant, or of all of them, seen from the service. */
  ledger(scope?: AccountScope): AccountLedger;
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
  now = () => performance.now(),
  delay = sleep,
  wallNow = Date.now,
  region = 'us-east-1',
  lenient = false,
  models,
  lifecycle = false,
  quotas,
  credentials,
}: EmulatorOptions = {}): Promise<Emulator> {
  const given = { models, quotas, isLenient: lenient, hasLifecycle: lifecycle, now, wallNow };
  const { account, admit } = createAdmission(given);
  const bedrock = createBedrock({ respond, now, delay, admit });
  const verify = credentials && createVerifier({ credentials, wallNow });
  const listener = await listen({ port, host, handler: createHandler(bedrock, { region, verify, wallNow }) });
  return {
    url: listener.url,
    port: listener.port,
    requests: bedrock.requests,
    when: bedrock.when,
    quotas: { set: account.set },
    ledger: account.ledger,
    connect: (target) => connectTo(bedrock, target),
    close: listener.close,
    [Symbol.asyncDispose]: listener.close,
  };
}
