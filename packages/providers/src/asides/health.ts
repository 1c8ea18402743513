import { type ConverseError, type ConverseErrorJson, isConfigurationError, isConverseError } from '@outcrop/converse';
import { type AsideOptions, ask } from '../wire/ask.ts';
import type { Link } from '../wire/connect.ts';

/** How it stands with Bedrock in one region. */
export type Health = {
  /** `unknown`: the models may not be listed, which says nothing about calling them. */
  available: boolean | 'unknown';
  region: string;
  /** `missing`: no package of AWS's that is needed is installed, and `reason` says which. */
  sdk: 'installed' | 'missing' | 'not_needed';
  /** `missing` when nobody knows who calls, `refused` when the service does not take them. */
  credentials: 'accepted' | 'refused' | 'missing' | 'unknown';
  /** How many models the region lists. */
  models?: number | undefined;
  tookMs: number;
  /** Why it is not available, for people. */
  reason?: string | undefined;
  error?: ConverseErrorJson | undefined;
};

/** Lists the models of a region, and tells what that says. Rejects by the signal alone. */
export async function checkHealth(link: Link, region: string, options: AsideOptions): Promise<Health> {
  const { now = () => performance.now() } = link;
  const startedAt = now();
  const { load } = link.transport;
  let sdk: Health['sdk'] = load === undefined ? 'not_needed' : 'missing';
  try {
    if (load !== undefined) {
      await load();
      sdk = 'installed';
    }
    const limits = { totalMs: 10_000, ...options.deadlines };
    const question = { operation: 'ListFoundationModels', region, labels: {} } as const;
    const answer = await ask(link, question, { ...options, deadlines: limits });
    const { modelSummaries = [] } = answer as { modelSummaries?: unknown[] };
    const models = modelSummaries.length;
    return { available: true, region, sdk, credentials: 'accepted', models, tookMs: now() - startedAt };
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    const found = { region, sdk, tookMs: now() - startedAt };
    if (isConfigurationError(error)) {
      // Models can be called without the package that lists them.
      const available = sdk === 'installed' ? 'unknown' : false;
      return { ...found, available, credentials: 'unknown', reason: error.message };
    }
    if (!isConverseError(error)) throw error;
    return { ...found, ...verdict(error), reason: error.message, error: error.toJson() };
  }
}

function verdict(error: ConverseError): Pick<Health, 'available' | 'credentials'> {
  switch (error.code) {
    case 'access_denied':
      return { available: 'unknown', credentials: 'accepted' };
    case 'throttled':
    case 'quota_exhausted':
      return { available: true, credentials: 'accepted' };
    case 'credentials':
      return { available: false, credentials: error.reason === 'missing' ? 'missing' : 'refused' };
    default:
      return { available: false, credentials: 'unknown' };
  }
}
