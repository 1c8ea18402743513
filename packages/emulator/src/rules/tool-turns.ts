import { type ContentBlock, converseLimits } from '@outcrop/converse';
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
import { wrongName } from './tools.ts';

const idPattern = 'satisfy regular expression pattern: [a-zA-Z0-9_.:-]+';

/** Calls of tools, what came of them, and how both follow each other. */
export const toolTurnRules: Rules = [
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

/** The calls of the turn before, those apart that the provider runs itself. */
function askedBefore(context: Context): string[] {
  const before = turnBefore(context);
  return before?.role === 'assistant' ? before.content.flatMap(idOfCall) : [];
}

function idOfCall({ toolUse }: ContentBlock): string[] {
  return toolUse === undefined || toolUse.type !== undefined ? [] : [toolUse.toolUseId];
}

function wrongId(id: string, at: string): string | false {
  if (id.length === 0) return constraint(id, at, 'have length greater than or equal to 1');
  if (id.length > 64) return constraint(id, at, 'have length less than or equal to 64');
  return !converseLimits.toolUseId.test(id) && constraint(id, at, idPattern);
}

function noObject(at: string): string {
  return `The format of the value at ${at} is invalid. Provide a json object for the field and try again.`;
}
