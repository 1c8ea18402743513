import type { ConverseRequest, JsonValue } from '@outcrop/converse';
import type { Run } from './run.ts';

/**
 * Whether the fields beside the messages are of the kind that their types say: requests come from JavaScript and from
 * JSON, too. What is not would only trip up the repairs.
 */
export function checkShape(request: ConverseRequest, { problems }: Run): void {
  const want = (path: string, isRight: boolean, what: string) => {
    if (!isRight) problems.push({ path, message: `has to be ${what}.` });
    return isRight;
  };
  if (!want('', isObject(request), 'a request: an object')) return;

  for (const field of objects) {
    if (request[field] !== undefined) want(field, isObject(request[field]), 'an object');
  }
  const { system, toolConfig, inferenceConfig, outputConfig, additionalModelResponseFieldPaths: paths } = request;
  if (system !== undefined && want('system', Array.isArray(system), 'a list of blocks, such as { text }')) {
    for (const [index, block] of system.entries()) {
      const isRight = isObject(block) && isOptional('string', block.text) && isOptionalObject(block.cachePoint);
      want(`system[${index}]`, isRight, 'a block, such as { text }');
    }
  }
  if (paths !== undefined) want('additionalModelResponseFieldPaths', Array.isArray(paths), 'a list of JSON pointers');
  if (isObject(toolConfig)) checkTools(toolConfig, want);
  if (isObject(inferenceConfig)) {
    for (const field of figures) {
      want(`inferenceConfig.${field}`, isOptional('number', inferenceConfig[field]), 'a number');
    }
    const { stopSequences: texts } = inferenceConfig;
    const isRight = texts === undefined || (Array.isArray(texts) && texts.every((text) => typeof text === 'string'));
    want('inferenceConfig.stopSequences', isRight, 'a list of texts');
  }
  if (isObject(outputConfig)) want('outputConfig.textFormat', isOptionalObject(outputConfig.textFormat), 'an object');
}

const objects = [
  'toolConfig',
  'inferenceConfig',
  'outputConfig',
  'guardrailConfig',
  'serviceTier',
  'requestMetadata',
] as const;
const figures = ['maxTokens', 'temperature', 'topP'] as const;

type Want = (path: string, isRight: boolean, what: string) => boolean;

function checkTools({ tools, toolChoice }: NonNullable<ConverseRequest['toolConfig']>, want: Want): void {
  const isChoice = isOptionalObject(toolChoice) && isOptionalObject(toolChoice?.tool);
  want('toolConfig.toolChoice', isChoice, 'an object, such as { auto: {} }');
  if (!want('toolConfig.tools', Array.isArray(tools), 'a list of tools, such as { toolSpec }')) return;
  for (const [index, tool] of tools.entries()) {
    const path = `toolConfig.tools[${index}]`;
    if (!want(path, isObject(tool) && isOptionalObject(tool.cachePoint), 'a tool, such as { toolSpec }')) continue;
    const { toolSpec } = tool;
    if (toolSpec === undefined || !want(`${path}.toolSpec`, isObject(toolSpec), 'an object')) continue;
    want(`${path}.toolSpec.name`, typeof toolSpec.name === 'string', 'text');
    want(`${path}.toolSpec.description`, isOptional('string', toolSpec.description), 'text');
    want(`${path}.toolSpec.inputSchema`, isOptionalObject(toolSpec.inputSchema), 'an object, such as { json }');
  }
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same of a value of which nothing is known. */
export function isJsonObject(value: unknown): value is { [key: string]: JsonValue } {
  return isObject(value);
}

function isOptionalObject(value: unknown): boolean {
  return value === undefined || isObject(value);
}

function isOptional(type: 'string' | 'number', value: unknown): boolean {
  return value === undefined || typeof value === type;
}
