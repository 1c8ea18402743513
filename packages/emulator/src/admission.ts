import { type AccountQuota, createAccount } from './account/account.ts';
import type { Visit } from './account/visit.ts';
import type { EmulatedCall } from './call.ts';
import { type AddedModels, createModels } from './models.ts';
import { refusalOf } from './rules/rules.ts';
import { inputTokensOf } from './tokens.ts';

export type AdmissionOptions = {
  models: AddedModels | undefined;
  quotas: readonly AccountQuota[] | undefined;
  isLenient: boolean;
  /** Whether models end when their time has come. */
  hasLifecycle: boolean;
  now: () => number;
  wallNow: () => number;
};

/** What every call has to get past before anybody looks for an answer: the rules first, then the account. */
export function createAdmission({ isLenient, hasLifecycle, now, wallNow, ...options }: AdmissionOptions) {
  const models = createModels(options.models);
  const account = createAccount(models, now, options.quotas);

  return {
    account,

    /** Lets the call in, or throws what the service refuses. */
    admit(call: EmulatedCall): Visit {
      const { operation, modelId, region, request } = call;
      const place = models.find(modelId, region);
      const inputTokens = inputTokensOf(request);
      const today = hasLifecycle ? new Date(wallNow()).toISOString().slice(0, 10) : undefined;
      const refusal = isLenient ? undefined : refusalOf({ operation, place, request, inputTokens, today });
      if (refusal) throw refusal;
      return account.enter(call, place, inputTokens);
    },
  };
}
