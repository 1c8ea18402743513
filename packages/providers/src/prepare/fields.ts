import { type ConverseRequest, converseLimits } from '@outcrop/converse';
import type { Run } from './run.ts';

/** The fields that stand beside the conversation. */
export function checkFields(request: ConverseRequest, { traits, problems, unsupported }: Run): ConverseRequest {
  const { guardrailConfig, serviceTier, requestMetadata, additionalModelResponseFieldPaths: paths } = request;
  if (guardrailConfig && traits.guardrails === false) {
    const message = 'no guardrail can look at this model, and it is not switched off.';
    unsupported.push({ feature: 'guardrailConfig', path: 'guardrailConfig', message });
  }
  if (guardrailConfig && !guardrailConfig.guardrailIdentifier !== !guardrailConfig.guardrailVersion) {
    const message = 'wants guardrailIdentifier and guardrailVersion together.';
    problems.push({ path: 'guardrailConfig', message });
  }
  const { efforts } = traits.reasoning ?? {};
  const { effort } = request.outputConfig ?? {};
  if (effort !== undefined && efforts?.includes(effort) === false) {
    const message = `the model has only ${efforts.map((each) => `'${each}'`).join(', ')}.`;
    unsupported.push({ feature: 'effort', path: 'outputConfig.effort', message });
  }
  if (serviceTier && traits.serviceTiers?.includes(serviceTier.type) === false) {
    const message = `the model has only ${traits.serviceTiers.map((tier) => `'${tier}'`).join(', ')}.`;
    unsupported.push({ feature: 'serviceTier', path: 'serviceTier', message });
  }
  if (paths && (paths.length > converseLimits.responseFieldPaths || paths.some((each) => !isFieldPath(each)))) {
    const message = `takes at most ${converseLimits.responseFieldPaths} JSON pointers of 1 to 256 characters.`;
    problems.push({ path: 'additionalModelResponseFieldPaths', message });
  }
  if (requestMetadata) checkMetadata(requestMetadata, problems);
  return request;
}

function isFieldPath(path: unknown): boolean {
  return typeof path === 'string' && path.length >= 1 && path.length <= 256;
}

function checkMetadata(metadata: Record<string, string>, problems: Run['problems']): void {
  const { requestMetadataPairs: most, requestMetadataText: text } = converseLimits;
  const pairs = Object.entries(metadata);
  const path = 'requestMetadata';
  if (pairs.length === 0 || pairs.length > most) problems.push({ path, message: `takes 1 to ${most} pairs.` });
  if (pairs.some(([key, value]) => key === '' || !text.test(key) || typeof value !== 'string' || !text.test(value))) {
    const message = 'takes texts of up to 256 letters, digits, spaces and :_@$#=/+,-. only.';
    problems.push({ path, message });
  }
}
