import type { LLMManagerOptions } from '@outcrop/bedrock';
import { WrongUse } from './failure.ts';
import type { Settings } from './settings.ts';

/** Where requests go: to AWS, to an emulator inside this process, or to an address. */
export type Destination = { kind: 'aws' } | { kind: 'emulator' } | { kind: 'url'; url: string; isLocal: boolean };

/** What the command line says about it. */
export type DestinationOptions = { aws?: boolean | undefined; emulator?: boolean | undefined };

/** Says where requests go. Nothing is sent anywhere by default: AWS costs money, and the emulator is no model. */
export function destinationOf(options: DestinationOptions, env: NodeJS.ProcessEnv = process.env): Destination {
  if (options.aws && options.emulator) throw new WrongUse('give --aws or --emulator, not both.');
  const target = options.aws ? 'aws' : options.emulator ? 'emulator' : env['OUTCROP_TARGET']?.trim();
  if (!target) {
    throw new WrongUse('say where to send it: --aws, --emulator, or OUTCROP_TARGET=aws|emulator|URL.');
  }
  return target === 'aws' || target === 'emulator' ? { kind: target } : atAddress(target);
}

function atAddress(address: string): Destination {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new WrongUse(`OUTCROP_TARGET has to be aws, emulator or a URL, and it is '${address.slice(0, 80)}'.`);
  }
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !isLocal) {
    throw new WrongUse('OUTCROP_TARGET has to begin with https:// unless it is on this machine.');
  }
  return { kind: 'url', url: address, isLocal };
}

/** Whether it leaves this machine: then it costs money, and a model answers. */
export function isRemote(destination: Destination): boolean {
  return destination.kind === 'aws' || (destination.kind === 'url' && !destination.isLocal);
}

/** What a manager needs to reach the destination. It has to be closed, because the emulator lives in it. */
export type Connection = AsyncDisposable & {
  options: Pick<LLMManagerOptions, 'auth' | 'endpoint' | 'env' | 'residency'> & { models: string[]; regions: string[] };
};

/** Starts what has to be started. Throws {@link WrongUse} if nobody said which models to ask, or in which region. */
export async function connect(destination: Destination, settings: Settings): Promise<Connection> {
  const isReal = isRemote(destination);
  const models = settings.models.values;
  const regions = settings.regions.values;
  if (isReal && models.length === 0) {
    throw new WrongUse(
      'say which model to ask: --model "Claude Haiku 4.5", OUTCROP_MODEL, or models in a configuration file.',
    );
  }
  if (isReal && regions.length === 0) {
    throw new WrongUse(
      'say in which region: --region us-east-1, OUTCROP_REGIONS, AWS_REGION, or regions in a configuration file.',
    );
  }
  const options = {
    models: models.length > 0 ? [...models] : ['Claude Haiku 4.5'],
    regions: regions.length > 0 ? [...regions] : ['us-east-1', 'us-west-2'],
    ...(settings.residency.values.length > 0 && { residency: settings.residency.values }),
  };
  if (destination.kind === 'aws') return { options, async [Symbol.asyncDispose]() {} };
  if (destination.kind === 'url') {
    const { url, isLocal } = destination;
    const endpoint = { runtime: url, control: url };
    return { options: { ...options, endpoint, ...(isLocal && anybody) }, async [Symbol.asyncDispose]() {} };
  }
  const { createEmulator } = await import('@outcrop/emulator');
  const emulator = await createEmulator();
  const endpoint = { runtime: emulator.url, control: emulator.url };
  return { options: { ...options, endpoint, ...anybody }, [Symbol.asyncDispose]: () => emulator.close() };
}

/** What stays on this machine gets no real credentials, and goes through no proxy. */
const anybody = { auth: { credentials: { accessKeyId: 'emulator', secretAccessKey: 'emulator' } }, env: {} };
