import { ConfigurationError, type Problem } from '@outcrop/converse';
import {
  aFunction,
  aListOf,
  anObject,
  clockChecks,
  type OptionChecks,
  optionProblems,
} from '@outcrop/converse/options';
import { anyObject, record, text } from '../check.ts';
import type { EmulatorOptions } from '../emulator.ts';
import { config } from './config.ts';

/** Throws if an option makes no sense, with all that make none. */
export function checkOptions(options: EmulatorOptions): void {
  const problems = [...optionProblems(options, checks), ...plainProblems(options ?? {})];
  if (problems.length > 0) throw new ConfigurationError(problems);
}

// What is plain data has to be what a configuration file may say, but that it names no model for another's traits.
const plain = [
  ...['port', 'host', 'region', 'credentialsLifetimeMs', 'lenient', 'lifecycle'],
  ...['models', 'quotas', 'guardrails', 'latency', 'chaos'],
] as const;

function plainProblems(options: EmulatorOptions): Problem[] {
  const given = Object.entries(options).filter(([name, value]) => plain.includes(name as never) && value !== undefined);
  return given.flatMap(([name, value]) => {
    try {
      config({ [name]: value }, '');
      if (name === 'models') record(text, anyObject)(value, name);
      return [];
    } catch (error) {
      return [{ path: name, message: (error as Error).message }];
    }
  });
}

const checkedAsPlain = () => undefined;

// The AWS SDK writes fields of its own into the credentials that it is given, and so they may come back with more.
function isCredential(value: unknown): string | undefined {
  const { bearerToken, accessKeyId, secretAccessKey, expiresAt } = (value ?? {}) as Record<string, unknown>;
  const isPair = typeof accessKeyId === 'string' && typeof secretAccessKey === 'string';
  const isOne = (typeof bearerToken === 'string' || isPair) && (expiresAt === undefined || Number(expiresAt) >= 0);
  return isOne ? undefined : '{ accessKeyId, secretAccessKey } or { bearerToken }';
}

const checks: OptionChecks<EmulatorOptions> = {
  ...clockChecks,
  port: checkedAsPlain,
  host: checkedAsPlain,
  tls: anObject(),
  region: checkedAsPlain,
  credentials: aListOf(isCredential),
  credentialsLifetimeMs: checkedAsPlain,
  lenient: checkedAsPlain,
  lifecycle: checkedAsPlain,
  models: checkedAsPlain,
  quotas: checkedAsPlain,
  guardrails: checkedAsPlain,
  respond: aFunction,
  latency: checkedAsPlain,
  chaos: checkedAsPlain,
  log: aFunction,
};
