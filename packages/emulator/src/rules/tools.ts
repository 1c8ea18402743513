import { type ContentBlock, converseLimits, type JsonValue } from '@outcrop/converse';
import {
  type Context,
  constraint,
  fromModel,
  isClaude,
  isObject,
  type Rules,
  turnBefore,
  unsupported,
} from './rule.ts';

const namePattern = 'satisfy regular expression pattern: [a-zA-Z0-9_-]+';
const idPattern = 'satisfy regular expression pattern: [a-zA-Z0-9_.:-]+';

/** Tools, calls of them, and what came of the calls. */
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
  {
    id: 'tool_use_name',
    on: 'toolUse',
    source: 'service model, ToolName',
    check: ({ name }, { at }) => wrongName(name, `${at}.toolUse.name`),
  },
  {
    id: 'tool_use_id',
    on: 'toolUse',
    source: 'service model, ToolUseId',
    check: ({ toolUseId }, { at }) => wrongId(toolUseId, `${at}.toolUse.toolUseId`),
  },
  {
    id: 'tool_result_id',
    on: 'toolResult',
    source: 'service model, ToolUseId',
    check: ({ toolUseId }, { at }) => wrongId(toolUseId, `${at}.toolResult.toolUseId`),
  },
  {
    id: 'tool_use_id_of_nine',
    on: 'toolUse',
    source: 'error text, Mistral; wording not verified',
    check: ({ toolUseId }, { traits }) =>
      traits.tools?.idFormat === 'nine_alphanumerics' &&
      !/^[a-zA-Z0-9]{9}$/.test(toolUseId) &&
      fromModel(`Tool call id was ${toolUseId} but must be a-z, A-Z, 0-9, with a length of 9.`),
  },
  {
    id: 'tool_input_object',
    on: 'toolUse',
    source: 'error text, Bedrock',
    check: ({ input }, { at }) => !isObject(input) && noObject(`${at}.toolUse.input`),
  },
  {
    id: 'tool_result_json_object',
    on: 'result',
    source: 'error text, Bedrock, of tool inputs; wording not verified',
    check: ({ json }, { at }) => json !== undefined && !isObject(json) && noObject(`${at}.json`),
  },
  {
    id: 'empty_error_result',
    on: 'toolResult',
    source: 'error text, Bedrock',
    check: ({ status, content }, { at }) =>
      status === 'error' &&
      content.length === 0 &&
      `The content field at ${at}.toolResult cannot be empty when status value is error.`,
  },
  {
    id: 'result_status_known',
    on: 'toolResult',
    source: 'service model, ToolResultStatus',
    check: ({ status }, { at }) =>
      status !== undefined &&
      status !== 'success' &&
      status !== 'error' &&
      constraint(status, `${at}.toolResult.status`, 'satisfy enum value set: [success, error]'),
  },
  {
    id: 'result_status_unsupported',
    on: 'toolResult',
    source: 'API reference, ToolResultBlock: Nova and Claude 3 and 4 only; wording not verified',
    feature: 'toolResult.status',
    check: ({ status }, { traits }) =>
      status !== undefined && traits.tools?.resultStatus === false && unsupported('toolResult.status'),
  },
  {
    id: 'text_beside_results',
    on: 'turn',
    source: 'error text, Bedrock',
    check: ({ content }, { traits, at }) =>
      traits.tools?.textBesideResults === false &&
      content.some(({ toolResult }) => toolResult) &&
      content.some(({ text }) => text !== undefined) &&
      `${at}.content: Conversation blocks and tool result blocks cannot be provided in the same turn.`,
  },
  {
    id: 'missing_results',
    on: 'turn',
    source: 'error text, Bedrock',
    check: ({ role, content }, context) => {
      if (role !== 'user') return false;
      const asked = askedBefore(context);
      if (asked.length === 0) return false;
      const given = new Set(content.map(({ toolResult }) => toolResult?.toolUseId));
      const missing = asked.filter((id) => !given.has(id));
      return (
        missing.length > 0 &&
        `Expected toolResult blocks at ${context.at}.content for the following Ids: ${missing.join(', ')}`
      );
    },
  },
  {
    id: 'extra_results',
    on: 'turn',
    source: 'error text, Bedrock',
    check: ({ role, content }, context) => {
      if (role !== 'user') return false;
      const given = content.filter(({ toolResult }) => toolResult).length;
      return (
        given > 0 &&
        given > askedBefore(context).length &&
        `The number of toolResult blocks at ${context.at}.content exceeds the number of toolUse blocks of previous turn.`
      );
    },
  },
  {
    id: 'results_first',
    on: 'turn',
    source: 'Claude documentation, handling tool calls; error text, Claude',
    check: ({ role, content }, context) => {
      if (role !== 'user' || !isClaude(context)) return false;
      const firstOther = content.findIndex(({ toolResult, cachePoint }) => !toolResult && !cachePoint);
      return (
        firstOther >= 0 &&
        content.findLastIndex(({ toolResult }) => toolResult) > firstOther &&
        fromModel(
          `${context.at}: all messages following \`tool_use\` blocks must begin with a matching number of \`tool_result\` blocks`,
        )
      );
    },
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

/** The calls of the turn before, those apart that the provider runs itself. */
function askedBefore(context: Context): string[] {
  const before = turnBefore(context);
  return before?.role === 'assistant' ? before.content.flatMap(idOfCall) : [];
}

function idOfCall({ toolUse }: ContentBlock): string[] {
  return toolUse === undefined || toolUse.type !== undefined ? [] : [toolUse.toolUseId];
}

function wrongName(name: string, at: string): string | false {
  if (name.length === 0) return constraint(name, at, 'have length greater than or equal to 1');
  if (name.length > 64) return constraint(name, at, 'have length less than or equal to 64');
  return !converseLimits.toolName.test(name) && constraint(name, at, namePattern);
}

function wrongId(id: string, at: string): string | false {
  if (id.length === 0) return constraint(id, at, 'have length greater than or equal to 1');
  if (id.length > 64) return constraint(id, at, 'have length less than or equal to 64');
  return !converseLimits.toolUseId.test(id) && constraint(id, at, idPattern);
}

function noObject(at: string): string {
  return `The format of the value at ${at} is invalid. Provide a json object for the field and try again.`;
}

/** Whether an object in the schema allows what it does not name. */
export function hasOpenObject(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasOpenObject);
  if (!isObject(schema)) return false;
  if (schema['type'] === 'object' && schema['additionalProperties'] !== false) return true;
  const { enum: _, const: __, default: ___, examples: ____, ...inside } = schema;
  return Object.values(inside).some(hasOpenObject);
}
