import type { Chaos, OutageOptions } from '../disturbances.ts';
import type { FaultName } from '../faults.ts';
import type { Latency } from '../latency.ts';
import type { UpstreamOptions } from '../responders/upstream.ts';
import { exceptionName, faultName, type JsonMatch, matchFields } from './answers.ts';
import { type Check, list, number, object, record, text, wholeNumber } from './check.ts';

/** An outage in JSON. */
export type JsonOutage = JsonMatch & OutageOptions;

/** What a configuration file holds. */
export type Config = {
  port?: number;
  host?: string;
  tls?: { keyFile: string; certFile: string };
  latency?: Latency | 'none';
  chaos?: Chaos;
  outages?: JsonOutage[];
  credentialsLifetimeMs?: number;
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

export const config: Check<Config> = object<Config>({
  port: wholeNumber(0, 65_535),
  host: text,
  tls: object({ keyFile: text, certFile: text }, ['keyFile', 'certFile']),
  latency,
  chaos,
  outages: list(outage),
  credentialsLifetimeMs: number(0),
  upstream: object<Omit<UpstreamOptions, 'fetch'>>({ url: text, model: text, apiKey: text }, ['url', 'model']),
  log: text,
});
