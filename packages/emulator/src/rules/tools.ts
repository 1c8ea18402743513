import { converseLimits, type JsonValue } from '@outcrop/converse';
import { isRecursive } from './recursive-schema.ts';
import { constraint, fromModel, isClaude, isObject, type Rules, unsupported } from './rule.ts';

const namePattern = 'satisfy regular expression pattern: [a-zA-Z0-9_-]+';

/** Which tools are offered, and how. What is called stands in `tool-turns.ts`. */
export const toolRules: Rules = [
  {
    id: 'some_tool',
    on: 'request',
    source: 'service model, ToolConfiguration',
    check: ({ toolConfig }) =>
      toolConfig?.tools.length === 0 && constraint('[]', 'toolConfig.tools', 'have length greater than or equal to 1'),
  },
  {
    id: 'tool_name',
    on: 'tool',
    source: 'service model, ToolName',
    check: ({ toolSpec }, { at }) => toolSpec && wrongName(toolSpec.name, `${at}.toolSpec.name`),
  },
  {
    id: 'tool_description',
    on: 'tool',
    source: 'service model, NonEmptyString',
    check: ({ toolSpec }, { at }) =>
      toolSpec?.description === '' &&
      constraint('', `${at}.toolSpec.description`, 'have length greater than or equal to 1'),
  },
  {
    id: 'tool_schema_object',
    on: 'tool',
    source: 'error text, Bedrock',
    check: ({ toolSpec }, { at }) =>
      toolSpec?.inputSchema.json !== undefined &&
      !(isObject(toolSpec.inputSchema.json) && toolSpec.inputSchema.json['type'] === 'object') &&
      `The value at ${at}.toolSpec.inputSchema.json.type must be one of the following: object.`,
  },
  {
    id: 'tool_schema_top_level_choice',
    on: 'tool',
    source: 'error text, Claude',
    check: ({ toolSpec }, context) =>
      isClaude(context) &&
      isObject(toolSpec?.inputSchema.json) &&
      ['oneOf', 'anyOf', 'allOf'].some((keyword) => Object.hasOwn(toolSpec?.inputSchema.json as object, keyword)) &&
      fromModel(
        `tools.${context.index}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`,
      ),
  },
  {
    id: 'strict_tool_unsupported',
    on: 'tool',
    source: 'other clients; wording not verified',
    feature: 'strict',
    check: ({ toolSpec }, { traits }) =>
      toolSpec?.strict === true && traits.tools?.strict === false && unsupported('toolConfig.tools.toolSpec.strict'),
  },
  {
    id: 'strict_tool_schema',
    on: 'tool',
    source: 'Claude documentation, strict tool use; error text, Claude',
    check: ({ toolSpec }, context) =>
      isClaude(context) &&
      toolSpec?.strict === true &&
      hasOpenObject(toolSpec.inputSchema.json) &&
      fromModel(
        `tools.${context.index}.custom: For 'object' type, 'additionalProperties' must be explicitly set to false`,
      ),
  },
  {
    id: 'strict_tool_schema_recursive',
    on: 'tool',
    source: 'user guide, structured output: unsupported features of JSON Schema; wording not verified',
    check: ({ toolSpec }, { index }) =>
      toolSpec?.strict === true &&
      isRecursive(toolSpec.inputSchema.json) &&
      fromModel(`tools.${index}.custom.input_schema: Recursive schemas are not supported`),
  },
  {
    id: 'tools_unsupported',
    on: 'request',
    source: 'user guide, supported models and model features; error text, Bedrock',
    feature: 'tools',
    check: ({ toolConfig }, { traits }) =>
      toolConfig !== undefined && traits.tools?.supported === false && "This model doesn't support tool use.",
  },
  {
    id: 'tools_in_stream_unsupported',
    on: 'request',
    source: 'user guide, supported models and model features; error text, Bedrock',
    feature: 'streamingTools',
    check: ({ toolConfig }, { traits, operation }) =>
      toolConfig !== undefined &&
      operation.endsWith('Stream') &&
      traits.tools?.streaming === false &&
      "This model doesn't support tool use in streaming mode.",
  },
  {
    id: 'tool_choice_unsupported',
    on: 'request',
    source: 'API reference, ToolChoice; error text, Bedrock',
    feature: 'toolChoice',
    check: ({ toolConfig }, { traits }) => {
      const choice = forcedChoice(toolConfig);
      const choices = traits.tools?.choices;
      return (
        choice !== undefined &&
        choices !== undefined &&
        !choices.includes(choice) &&
        unsupported(`toolConfig.toolChoice.${choice}`)
      );
    },
  },
  {
    id: 'forced_tool_while_thinking',
    on: 'request',
    source: 'user guide, extended thinking; error text, Claude',
    feature: 'toolChoice',
    check: ({ toolConfig, additionalModelRequestFields }, { traits }) =>
      forcedChoice(toolConfig) !== undefined &&
      traits.reasoning?.forcedTools === false &&
      isThinking(additionalModelRequestFields) &&
      fromModel('Thinking may not be enabled when tool_choice forces tool use.'),
  },
  {
    id: 'tool_config_missing',
    on: 'whole',
    source: 'error text, Bedrock',
    check: ({ toolConfig }, { seen }) =>
      toolConfig === undefined &&
      seen.toolBlocks > 0 &&
      'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
  },
];

/** Whether the model is told to think. */
function isThinking(fields: JsonValue | undefined): boolean {
  const type = thinkingOf(fields)?.['type'];
  return type === 'enabled' || type === 'adaptive';
}

export function thinkingOf(fields: JsonValue | undefined): Record<string, unknown> | undefined {
  const thinking = isObject(fields) ? fields['thinking'] : undefined;
  return isObject(thinking) ? thinking : undefined;
}

function forcedChoice(config: { toolChoice?: object | undefined } | undefined): 'any' | 'tool' | undefined {
  const { any, tool } = (config?.toolChoice ?? {}) as { any?: unknown; tool?: unknown };
  return tool !== undefined ? 'tool' : any !== undefined ? 'any' : undefined;
}

export function wrongName(name: string, at: string): string | false {
  if (name.length === 0) return constraint(name, at, 'have length greater than or equal to 1');
  if (name.length > 64) return constraint(name, at, 'have length less than or equal to 64');
  return !converseLimits.toolName.test(name) && constraint(name, at, namePattern);
}

/** Whether an object in the schema allows what it does not name. */
export function hasOpenObject(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasOpenObject);
  if (!isObject(schema)) return false;
  if (schema['type'] === 'object' && schema['additionalProperties'] !== false) return true;
  const { enum: _, const: __, default: ___, examples: ____, ...inside } = schema;
  return Object.values(inside).some(hasOpenObject);
}
