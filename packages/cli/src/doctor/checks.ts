import { type ConverseError, createCatalog, isConverseError, type LLMManager, type Target } from '@outcrop/bedrock';
import type { ConverseErrorCode } from '@outcrop/converse';
import type { Settings } from '../settings.ts';

/** One thing that was looked at. */
export type Check = {
  name: string;
  status: 'ok' | 'hint' | 'problem';
  message: string;
  /** What to do about it. */
  advice?: string | undefined;
};

/** Whether the configuration says which models to ask, and where, and whether there is a way to them. */
export function checkSettings({ models, regions, residency }: Settings): Check[] {
  return [
    said('models', models, 'Set OUTCROP_MODEL="Claude Haiku 4.5", or models in a configuration file.'),
    said(
      'regions',
      regions,
      'Set OUTCROP_REGIONS=us-east-1,us-west-2 or AWS_REGION, or regions in a configuration file.',
    ),
    ...(residency.values.length > 0 ? [said('residency', residency, '')] : []),
  ];
}

function said(name: string, { values, from }: Settings['models'], advice: string): Check {
  if (values.length === 0) return { name, status: 'problem', message: 'nobody has said any', advice };
  return { name, status: 'ok', message: `${values.join(', ')} (${from})` };
}

/** Asks one model in one region for one word, and says what that shows: of the model, or of who asks. */
export async function checkTarget(manager: LLMManager, target: Target, signal: AbortSignal): Promise<Check> {
  const name = `${target.model} in ${target.region}`;
  const startedAt = performance.now();
  try {
    await manager.bedrock.connect(target).converse(question, { signal, deadlines: { totalMs: 30_000 } });
    const ms = Math.round(performance.now() - startedAt);
    return { name, status: 'ok', message: `answers (${target.route}, ${target.id}), in ${ms} ms` };
  } catch (error) {
    if (signal.aborted || !isConverseError(error)) throw error;
    if (error.code === 'credentials') {
      const message = `${error.message} (${error.reason ?? error.code})`;
      return { name: 'credentials', status: 'problem', message, advice: credentialsAdvice[error.reason ?? 'missing'] };
    }
    const status = stillThere.has(error.code) ? 'hint' : 'problem';
    return { name, status, message: `${error.message} (${error.code})`, advice: adviceOn(error, target) };
  }
}

const question = {
  messages: [{ role: 'user' as const, content: [{ text: 'Say yes.' }] }],
  inferenceConfig: { maxTokens: 16 },
};

/** The model is reached, and has something to say about how often. */
const stillThere: ReadonlySet<ConverseErrorCode> = new Set(['throttled', 'quota_exhausted', 'model_not_ready']);

const advice: Partial<Record<ConverseErrorCode, string>> = {
  throttled:
    'It can be called, and its quota is small or in use: look at Service Quotas, name more regions, or use a profile (geo, global).',
  quota_exhausted: 'Wait until the quota is filled again, name more regions, or ask for more in Service Quotas.',
  unavailable:
    'Look at the network, the proxy (HTTPS_PROXY) and the endpoint; if they are right, at the AWS Health Dashboard.',
  connection: 'Look at the network and the proxy (HTTPS_PROXY).',
  timeout: 'Look at the network and the proxy (HTTPS_PROXY); a new model may also be slow.',
  model_not_ready: 'Try again in a few minutes.',
  access_denied:
    'Allow bedrock:InvokeModel for this model to who calls, and request access to it in the Bedrock console, where AWS asks for that.',
  unknown_model: 'Look it up with outcrop models; the account may not have it in this region.',
  model_retired: 'Take its successor: outcrop models show says which one it is.',
  wrong_geography: 'Call it from a region of its profile: outcrop models show says which.',
  needs_profile: 'Name the model, not its id: then its inference profile is found.',
};

function adviceOn(error: ConverseError, target: Target): string | undefined {
  if (error.code === 'access_denied' && error.hint !== undefined) return error.hint;
  const { successor } = target.traits.lifecycle ?? {};
  if (error.code === 'model_retired' && successor !== undefined) return `Take ${successor}.`;
  return advice[error.code];
}

const credentialsAdvice: Record<'expired' | 'wrong' | 'missing' | 'clock', string> = {
  expired: 'Sign in again, for example by aws sso login, or set new ones.',
  wrong:
    'Look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or AWS_BEARER_TOKEN_BEDROCK: they are not what AWS knows.',
  missing: 'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_BEARER_TOKEN_BEDROCK.',
  clock: 'Set the clock of this machine.',
};

/** What should be known of the quotas of these models; they are learned while calls are made. */
export function quotaHints(models: readonly string[]): Check[] {
  const catalog = createCatalog();
  return models.flatMap((name) => {
    const { name: model, traits } = catalog.model(name);
    const { outputBurndown = 1, maxOutputTokens } = traits.limits ?? {};
    if (outputBurndown <= 1) return [];
    const most = maxOutputTokens === undefined ? 'its maximum' : maxOutputTokens.toLocaleString('en-US');
    const message = `each output token of ${model} counts as ${outputBurndown} against tokens a minute, and a call without --max-tokens reserves ${most} at its start`;
    return [
      { name: 'quota', status: 'hint', message, advice: 'For many calls set --max-tokens near what is expected.' },
    ];
  });
}
