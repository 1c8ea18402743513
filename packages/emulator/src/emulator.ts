import type { Converse, TargetName } from '@outcrop/converse';
import type { Delay } from '@outcrop/converse/testing';
import type { AccountLedger, AccountQuota, AccountScope } from './account/account.ts';
import { createAdmin } from './admin/admin.ts';
import { createBedrock } from './bedrock.ts';
import { type Check, number, object } from './check.ts';
import { checkOptions } from './config/check-options.ts';
import { connectTo } from './connect.ts';
import { type Credential, createVerifier } from './credentials/credentials.ts';
import type { Chaos, OutageOptions } from './disturbances.ts';
import type { Guardrail } from './guardrails/guardrail.ts';
import { listen, type TlsOptions } from './http/listen.ts';
import { createHandler } from './http/routes.ts';
import { lineOf, type RecordedCall } from './journal.ts';
import type { Latency } from './latency.ts';
import type { AddedModels } from './models.ts';
import { describe } from './responders/describe.ts';
import { sleep } from './sleep.ts';
import type { Match, Responder, Rule, When } from './when.ts';

/** Where it listens, who may call, what it refuses, what it answers and what goes wrong. */
export type EmulatorOptions = {
  /** `0` takes any that is free. @default 0 */
  port?: number | undefined;
  /** @default '127.0.0.1', which no other machine reaches */
  host?: string | undefined;
  /** A key and its certificate in PEM: it speaks TLS then, and nothing else. */
  tls?: TlsOptions | undefined;
  /** Of calls that name none, such as those with a bearer token. @default 'us-east-1' */
  region?: string | undefined;

  /** Who may call. With them, signatures and bearer keys are verified over the wire. @default anybody */
  credentials?: readonly Credential[] | undefined;
  /** How long an access key or a bearer token is good for, from its first use over the wire. @default for ever */
  credentialsLifetimeMs?: number | undefined;

  /** Answers what Bedrock would refuse, too. Quotas and credentials stay. @default false */
  lenient?: boolean | undefined;
  /** Refuses models from their end of life on. @default false, so that old tests stay what they are */
  lifecycle?: boolean | undefined;
  /**
   * Models that the catalog does not know, and what is behind an ARN of your own: their traits by id or ARN. What they
   * leave out is unknown, and then nothing is refused for it.
   */
  models?: AddedModels | undefined;
  /** What the account may do; see {@link Emulator.quotas}. @default everything, without limits */
  quotas?: readonly AccountQuota[] | undefined;
  /** Guardrails by their ids. @default every id is one that blocks the word `blockme` */
  guardrails?: Readonly<Record<string, Guardrail>> | undefined;

  /** Answers what nothing was said about with `when`. @default {@link describe} */
  respond?: Responder | undefined;
  /** How long answers take. @default 'none' */
  latency?: Latency | 'none' | undefined;
  /** What goes wrong by chance, with calls for which nothing was said with `when`. */
  chaos?: Chaos | undefined;
  /** Takes a line of JSON, as {@link Emulator.dump} has them, when a call has ended. What it throws is reported, and fails no call. */
  log?: ((line: string) => void) | undefined;

  /** Milliseconds that never run backwards: for latency, outages, quotas and caches. @default performance.now */
  now?: (() => number) | undefined;
  /** Milliseconds since 1970: for what is written down, and for what expires by its date. @default Date.now */
  wallNow?: (() => number) | undefined;
  /** From 0 up to 1. @default Math.random */
  random?: (() => number) | undefined;
  /** What every wait waits with. @default a timer */
  delay?: Delay | undefined;
};

/** A time in which connections are refused. */
export type Refusal = {
  /** Lets connections in again. Rejects if somebody else has taken the port meanwhile. */
  end(): Promise<void>;
};

/** Amazon Bedrock on localhost. */
export interface Emulator extends AsyncDisposable {
  /** What a client takes as its endpoint, or `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`. */
  readonly url: string;
  readonly port: number;
  /**
   * The calls that arrived and could be read, over the wire and in process, and what became of them: the newest 1,000,
   * or fewer where they hold more than 64 million characters and bytes.
   */
  readonly requests: readonly RecordedCall[];
  /** The same as lines of JSON, which `replay` reads. */
  dump(): string;
  /** How long answers take from the next call on. What makes no sense is a `TypeError` that says why, here as below. */
  latency: Latency | 'none';
  /** What goes wrong by chance from the next call on. */
  chaos: Chaos | undefined;
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
  /** Lets all calls that are meant fail, whatever was said with `when`, until it is ended or `ms` are over. */
  outage(match?: Match, options?: OutageOptions): Rule;
  /** Breaks off all connections and refuses new ones, until it is ended or `ms` are over. */
  refuseConnections(options?: { ms?: number | undefined }): Promise<Refusal>;
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
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  checkOptions(options);
  const {
    port = 0,
    host = '127.0.0.1',
    tls,
    region = 'us-east-1',
    credentials,
    credentialsLifetimeMs,
    lenient = false,
    lifecycle = false,
    models,
    quotas,
    guardrails,
    respond = describe,
    latency = 'none',
    chaos,
    log,
    now = () => performance.now(),
    wallNow = Date.now,
    random = Math.random,
    delay = sleep,
  } = options;
  const clocks = { now, wallNow, random, delay };
  const bedrock = createBedrock({ lenient, lifecycle, models, quotas, guardrails, respond, log, ...clocks });
  const { account, disturbances, journal, pace } = bedrock;
  pace.latency = latency;
  disturbances.chaos = chaos;
  const verify = createVerifier({ credentials, credentialsLifetimeMs, now, wallNow });
  const admin = createAdmin({ bedrock, refuseConnections });
  const listener = await listen({ port, host, tls, handler: createHandler(bedrock, { admin, region, verify }) });
  const closed = new AbortController();

  const refusals = new Set<object>();

  async function refuseConnections(options: { ms?: number | undefined } = {}): Promise<Refusal> {
    const { ms } = readRefusal(options, 'refusal');
    const refusal: Refusal = {
      async end() {
        if (!refusals.delete(refusal) || refusals.size > 0 || closed.signal.aborted) return;
        disturbances.refusesConnections = false;
        await listener.reopen();
      },
    };
    refusals.add(refusal);
    disturbances.refusesConnections = true;
    await listener.shut();
    // Who ends it learns why that failed; of its own end there is nobody to tell.
    if (ms !== undefined)
      delay(ms, closed.signal)
        .then(refusal.end)
        .catch(() => {});
    return refusal;
  }

  async function close(): Promise<void> {
    closed.abort();
    await listener.close();
  }

  return {
    url: listener.url,
    port: listener.port,
    requests: journal.calls,
    dump: () => journal.calls.map((call) => `${lineOf(call)}\n`).join(''),
    get latency() {
      return pace.latency;
    },
    set latency(next) {
      pace.latency = next;
    },
    get chaos() {
      return disturbances.chaos;
    },
    set chaos(next) {
      disturbances.chaos = next;
    },
    when: bedrock.when,
    outage: disturbances.outage,
    refuseConnections,
    quotas: { set: account.set },
    ledger: account.ledger,
    connect: (target) => connectTo(bedrock, target),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const readRefusal: Check<{ ms?: number | undefined }> = object<{ ms?: number | undefined }>({
  ms: number(0, Number.POSITIVE_INFINITY),
});
