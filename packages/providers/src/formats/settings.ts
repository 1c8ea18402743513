import type { ConverseRequest, ModelTraits } from '@outcrop/converse';
import type { JsonObject } from './fields.ts';
import { unsupported } from './refuse.ts';

/** What a body calls the sampling parameters. One that it has no name for is refused. */
export type SettingNames = {
  maxTokens?: string | undefined;
  temperature?: string | undefined;
  topP?: string | undefined;
  stopSequences?: string | undefined;
};

const settings = ['maxTokens', 'temperature', 'topP', 'stopSequences'] as const;

/** The request's sampling parameters under the names of the body. */
export function settingsOf({ inferenceConfig = {} }: ConverseRequest, names: SettingNames, format: string): JsonObject {
  const given = settings.flatMap((setting) => {
    const value = inferenceConfig[setting];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    const name = names[setting];
    if (name === undefined) throw unsupported(format, setting, `inferenceConfig.${setting}`);
    return [[name, value] as const];
  });
  return Object.fromEntries(given);
}

/**
 * The request with the most tokens that the model writes, if it says none: left out, this body's own default would cut
 * the answer short, where that of Converse is the model's maximum.
 */
export function withMaxTokens(
  request: ConverseRequest,
  { limits }: ModelTraits,
  atMost = Number.POSITIVE_INFINITY,
): ConverseRequest {
  const most = Math.min(limits?.maxOutputTokens ?? atMost, atMost);
  if (request.inferenceConfig?.maxTokens !== undefined || most === Number.POSITIVE_INFINITY) return request;
  return { ...request, inferenceConfig: { ...request.inferenceConfig, maxTokens: most } };
}

/** Refuses what Converse's request can say and this body can't. */
export function refuseFields(
  { toolConfig, outputConfig, promptVariables }: ConverseRequest,
  format: string,
  knows: { tools?: boolean; output?: boolean } = {},
): void {
  if (toolConfig && !knows.tools) throw unsupported(format, 'toolConfig', 'toolConfig');
  if (outputConfig?.textFormat && !knows.output) throw unsupported(format, 'textFormat', 'outputConfig.textFormat');
  if (outputConfig?.effort !== undefined && !knows.output) throw unsupported(format, 'effort', 'outputConfig.effort');
  if (promptVariables)
    throw unsupported(format, 'promptVariables', 'promptVariables', 'is for models, not for managed prompts');
}
