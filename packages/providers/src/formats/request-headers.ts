import type { ConverseRequest } from '@outcrop/converse';

const traces = { disabled: 'DISABLED', enabled: 'ENABLED', enabled_full: 'ENABLED_FULL' } as const;

/**
 * What InvokeModel takes in its headers, and Converse in its request. Without them a guardrail would be off, and
 * nobody would know.
 */
export function requestHeaders(request: ConverseRequest): { [name: string]: string } {
  const { guardrailConfig, performanceConfig, serviceTier, requestMetadata } = request;
  const headers = {
    'x-amzn-bedrock-guardrailidentifier': guardrailConfig?.guardrailIdentifier,
    'x-amzn-bedrock-guardrailversion': guardrailConfig?.guardrailVersion,
    'x-amzn-bedrock-trace': guardrailConfig?.trace && traces[guardrailConfig.trace],
    'x-amzn-bedrock-performanceconfig-latency': performanceConfig?.latency,
    'x-amzn-bedrock-service-tier': serviceTier?.type,
    'x-amzn-bedrock-request-metadata': requestMetadata && JSON.stringify(requestMetadata),
  };
  return Object.fromEntries(Object.entries(headers).filter((header): header is [string, string] => Boolean(header[1])));
}
