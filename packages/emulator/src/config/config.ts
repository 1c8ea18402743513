import { readQuota } from '../account/read-quota.ts';
import { type Check, flag, list, number, object, record, text, wholeNumber, wrong } from '../check.ts';
import { readCredential } from '../credentials/read-credential.ts';
import { type OutageOptions, outageFields, readChaos } from '../disturbances.ts';
import type { EmulatorOptions } from '../emulator.ts';
import { readGuardrail } from '../guardrails/read-guardrail.ts';
import { readLatency } from '../latency.ts';
import type { UpstreamOptions } from '../responders/upstream.ts';
import { matchFields } from '../when.ts';
import type { JsonMatch } from './answers.ts';
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

export const outage: Check<JsonOutage> = object<JsonOutage>({
  ...matchFields,
  ...outageFields,
});

export const region: Check<string> = (value, path) => {
  if (typeof value === 'string' && /^[a-z]+(-[a-z]+)+-\d+$/.test(value)) return value;
  throw wrong(path, 'a region such as us-east-1', value);
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
  latency: readLatency,
  chaos: readChaos,
  outages: list(outage),
  upstream: object<Omit<UpstreamOptions, 'fetch'>>({ url: text, model: text, apiKey: text }, ['url', 'model']),
  log: text,
});
