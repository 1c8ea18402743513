import { readQuota } from '../account/read-quota.ts';
import { type Check, flag, list, number, object, record, text, wholeNumber } from '../check.ts';
import { readCredential } from '../credentials/read-credential.ts';
import type { Chaos, OutageOptions } from '../disturbances.ts';
import type { EmulatorOptions } from '../emulator.ts';
import type { FaultName } from '../faults.ts';
import { readGuardrail } from '../guardrails/read-guardrail.ts';
import type { Latency } from '../latency.ts';
import type { UpstreamOptions } from '../responders/upstream.ts';
import { exceptionName, faultName, type JsonMatch, matchFields } from './answers.ts';
import { model } from './traits.ts';

/** An outage in JSON. */
export type JsonOutage = JsonMatch & OutageOptions;

/** The options that are in a configuration what they are in code. */
type Plain = Omit<EmulatorOptions, 'tls' | 'respond' | 'log' | 'now' | 'wallNow' | 'random' | 'delay'>;

/** What a configuration file holds. */
export type Config = Plain & {
  tls?: { keyFile: string; certFile: string };
  outages?: JsonOutage[];
  upstream?: Omit<UpstreamOptions, 'fetch'>;
  log?: string;
};

const latencyFields = object<Latency>(
  { firstTokenMs: number(0), tokensPerSecond: number(0.001), jitter: number(0, 1), seed: wholeNumber(0) },
  ['firstTokenMs', 'tokensPerSecond'],
);

export const latency: Check<Latency | 'none'> = (value, path) =>
  value === 'none' ? 'none' : latencyFields(value, path);

export const chaos: Check<Chaos> = object<Chaos>(
  { seed: wholeNumber(0), rates: record<number>(faultName, number(0, 1)) as Check<Partial<Record<FaultName, number>>> },
  ['rates'],
);

export const outage: Check<JsonOutage> = object<JsonOutage>({
  ...matchFields,
  ms: number(0),
  exception: exceptionName,
});

export const region: Check<string> = (value, path) => {
  if (typeof value === 'string' && /^[a-z]+(-[a-z]+)+-\d+$/.test(value)) return value;
  throw new TypeError(`${path} has to be a region such as us-east-1, and it is ${JSON.stringify(value)}.`);
};

export const config: Check<Config> = object<Config>({
  port: wholeNumber(0, 65_535),
  host: text,
  region,
  tls: object({ keyFile: text, certFile: text }, ['keyFile', 'certFile']),
  credentials: list(readCredential),
  credentialsLifetimeMs: number(0),
  lenient: flag,
  lifecycle: flag,
  models: record(text, model),
  quotas: list(readQuota),
  guardrails: record(text, readGuardrail),
  latency,
  chaos,
  outages: list(outage),
  upstream: object<Omit<UpstreamOptions, 'fetch'>>({ url: text, model: text, apiKey: text }, ['url', 'model']),
  log: text,
});
