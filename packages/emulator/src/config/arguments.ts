import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createSecureContext } from 'node:tls';
import { parseArgs } from 'node:util';
import type { Check } from '../check.ts';
import type { EmulatorOptions } from '../emulator.ts';
import type { TlsOptions } from '../http/listen.ts';
import { type Latency, readLatency } from '../latency.ts';
import { replay } from '../responders/replay.ts';
import { upstream } from '../responders/upstream.ts';
import { type JsonRule, rules } from './answers.ts';
import { type Config, config, type JsonOutage, region } from './config.ts';

/** What the command was told, checked. */
export type Invocation = {
  options: EmulatorOptions;
  rules: JsonRule[];
  outages: JsonOutage[];
  logFile: string | undefined;
};

export const help = `Amazon Bedrock on localhost, true on the wire.

Usage: outcrop-emulator [options]

  --port NUMBER        where it listens; 0 takes any that is free (4010)
  --host ADDRESS       127.0.0.1, which no other machine reaches, unless you say otherwise
  --region REGION      of calls that name none (us-east-1)
  --config FILE        these options and more as JSON: quotas, credentials, models, guardrails, chaos, outages
  --script FILE        what it answers, as a JSON list of rules
  --lenient            answers what Bedrock would refuse, too
  --lifecycle          refuses models from their end of life on
  --replay FILE        answers from recorded traffic, as lines of JSON
  --upstream URL       answers by a server that speaks OpenAI's chat completions; needs --upstream-model
  --upstream-model ID  the model that it is asked for; its key comes from OUTCROP_UPSTREAM_API_KEY
  --latency SPEC       none, or FIRST_TOKEN_MS,TOKENS_PER_SECOND[,JITTER]
  --log FILE           appends each call and its outcome as a line of JSON: prompts and replies too
  --tls-key FILE       a key in PEM, for https ...
  --tls-cert FILE      ... and its certificate
  --help, --version

Examples:
  outcrop-emulator --port 4010
  outcrop-emulator --latency 400,60,0.2 --log calls.jsonl
  outcrop-emulator --script throttled.json        [{ "reply": [{ "fault": "ThrottlingException" }, "Granite."] }]
  outcrop-emulator --upstream http://127.0.0.1:11434/v1 --upstream-model llama3.2`;

const flags = {
  port: { type: 'string' },
  host: { type: 'string' },
  region: { type: 'string' },
  config: { type: 'string' },
  script: { type: 'string' },
  lenient: { type: 'boolean' },
  lifecycle: { type: 'boolean' },
  replay: { type: 'string' },
  upstream: { type: 'string' },
  'upstream-model': { type: 'string' },
  latency: { type: 'string' },
  log: { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-cert': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Reads the command line and the files that it names. Throws an error of one line. */
export function readInvocation(args: string[]): Invocation | 'help' | 'version' {
  const { values } = parseArgs({ args, options: flags });
  if (values.help) return 'help';
  if (values.version) return 'version';
  const { tls, outages = [], upstream: from, log, ...file } = values.config ? readJson(values.config, config) : {};
  const { 'tls-key': keyFile = tls?.keyFile, 'tls-cert': certFile = tls?.certFile } = values;
  if ((keyFile === undefined) !== (certFile === undefined))
    throw new TypeError('--tls-key and --tls-cert go together.');
  return {
    options: {
      ...file,
      port: values.port === undefined ? (file.port ?? 4010) : portOf(values.port),
      host: values.host ?? file.host,
      region: values.region === undefined ? file.region : region(values.region, '--region'),
      lenient: values.lenient ?? file.lenient,
      lifecycle: values.lifecycle ?? file.lifecycle,
      latency: values.latency === undefined ? file.latency : latencyOf(values.latency),
      tls: keyFile !== undefined && certFile !== undefined ? readTls(keyFile, certFile) : undefined,
      respond: responderOf(values, from),
    },
    rules: values.script === undefined ? [] : readJson(values.script, rules),
    outages,
    logFile: values.log ?? log,
  };
}

export function version(): string {
  return createRequire(import.meta.url)('@outcrop/emulator/package.json').version;
}

type Values = { replay?: string; upstream?: string; 'upstream-model'?: string };

function responderOf(values: Values, fromFile: Config['upstream']) {
  const { upstream: url = fromFile?.url, 'upstream-model': model = fromFile?.model } = values;
  if (values.replay !== undefined) {
    if (url !== undefined) throw new TypeError('--replay and --upstream answer the same calls: give one of them.');
    return named(values.replay, () => replay(read(values.replay ?? '')));
  }
  if (url === undefined && model === undefined) return undefined;
  if (url === undefined || model === undefined) throw new TypeError('--upstream and --upstream-model go together.');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new TypeError(`--upstream has to be an http or https URL, and it is '${url}'.`);
  }
  return upstream({ url, model, apiKey: process.env['OUTCROP_UPSTREAM_API_KEY'] ?? fromFile?.apiKey });
}

function readTls(keyFile: string, certFile: string): TlsOptions {
  const tls = { key: read(keyFile), cert: read(certFile) };
  try {
    createSecureContext(tls);
    return tls;
  } catch (error) {
    throw new TypeError(`${keyFile} and ${certFile} are no key and certificate in PEM: ${(error as Error).message}`);
  }
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port < 2 ** 16) return port;
  throw new TypeError(`--port has to be a number from 0 to 65535, and it is '${text}'.`);
}

function latencyOf(text: string): Latency | 'none' {
  if (text === 'none') return 'none';
  const [firstTokenMs, tokensPerSecond, jitter, ...more] = text
    .split(',')
    .map((part) => (part ? Number(part) : Number.NaN));
  const spec = { firstTokenMs, tokensPerSecond, ...(jitter !== undefined && { jitter }) };
  try {
    if (more.length === 0) return readLatency(spec, '--latency');
  } catch {
    // What is wrong is said below, in words of the command line.
  }
  throw new TypeError(`--latency has to be none or FIRST_TOKEN_MS,TOKENS_PER_SECOND[,JITTER], and it is '${text}'.`);
}

function readJson<T>(file: string, check: Check<T>): T {
  const text = read(file);
  return named(file, () => check(parse(text), ''));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError(`it is not JSON: ${(error as Error).message}`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as { code?: string };
    throw new TypeError(`${file} cannot be read${code === 'ENOENT' ? ': there is no such file' : ` (${code})`}.`);
  }
}

function named<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new TypeError(`${file}: ${(error as Error).message}`);
  }
}
