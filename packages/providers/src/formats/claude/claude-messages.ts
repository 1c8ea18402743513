import type { ConverseRequest, Tool, ToolChoice, Warning } from '@outcrop/converse';
import { type JsonObject, present, withRequestFields } from '../fields.ts';
import type { InvokeFormat } from '../format.ts';
import { jsonSchemaOf } from '../json-schema.ts';
import { asJson } from '../read-body.ts';
import { unsupported } from '../refuse.ts';
import { refuseFields, settingsOf, withMaxTokens } from '../settings.ts';
import { keyOf } from '../turns.ts';
import { withCachePoints } from './cache-control.ts';
import { decodeMessage, decodeMessageStream } from './reply.ts';
import { blockOf, format } from './request-blocks.ts';

/** Anthropic's Messages: Claude since its third generation. */
export const claudeMessages: InvokeFormat = {
  name: format,
  encode(request, { traits }) {
    refuseFields(request, format, { tools: true, output: true });
    const warnings: Warning[] = [];
    const { system = [], messages = [], toolConfig } = request;
    const full = withMaxTokens(request, traits, traits.limits?.maxOutputTokens ?? leastOfAll);
    if (full !== request && traits.limits?.maxOutputTokens === undefined) {
      const message = `Claude's body needs a number for maxTokens, and nobody knows the most of this model: it is ${leastOfAll}. Say how many.`;
      warnings.push({ code: 'max_tokens_assumed', message, path: 'inferenceConfig.maxTokens' });
    }
    const body = present({
      anthropic_version: 'bedrock-2023-05-31',
      ...settingsOf(full, settings, format),
      system: system.length > 0 ? withCachePoints(system, 'system', systemBlock, warnings) : undefined,
      messages: messages.map(({ role, content }, index) => {
        const path = `messages[${index}].content`;
        return { role, content: withCachePoints(content, path, (block, at) => blockOf(block, at, warnings), warnings) };
      }),
      tools: toolConfig && withCachePoints(toolConfig.tools, 'toolConfig.tools', toolOf, warnings),
      tool_choice: toolConfig?.toolChoice && choiceOf(toolConfig.toolChoice),
      output_config: outputOf(request),
    });
    return { body: withRequestFields(body, request, ['tools']), warnings };
  },
  decode: decodeMessage,
  decodeStream: decodeMessageStream,
};

// Every Claude writes as much as this.
const leastOfAll = 4096;

const settings = {
  maxTokens: 'max_tokens',
  temperature: 'temperature',
  topP: 'top_p',
  stopSequences: 'stop_sequences',
};

function systemBlock(block: NonNullable<ConverseRequest['system']>[number], path: string): JsonObject {
  if (block.text !== undefined) return { type: 'text', text: block.text };
  throw unsupported(format, keyOf(block), `${path}.${keyOf(block)}`);
}

function toolOf({ toolSpec, systemTool }: Tool, path: string): JsonObject {
  if (!toolSpec) {
    const key = systemTool ? 'systemTool' : 'toolConfig';
    throw unsupported(format, key, path, 'takes tools of the provider by additionalModelRequestFields.tools only');
  }
  const { name, description, inputSchema, strict } = toolSpec;
  return present({ name, description, input_schema: inputSchema.json, strict });
}

function choiceOf({ auto, any, tool }: ToolChoice): JsonObject {
  if (tool) return { type: 'tool', name: tool.name };
  if (any) return { type: 'any' };
  if (auto) return { type: 'auto' };
  throw unsupported(format, 'toolChoice', 'toolConfig.toolChoice');
}

function outputOf({ outputConfig }: ConverseRequest): JsonObject | undefined {
  if (!outputConfig) return undefined;
  const { effort, textFormat } = outputConfig;
  const schema = textFormat && jsonSchemaOf(textFormat, format);
  return present({ effort, format: schema && { type: 'json_schema', schema: asJson(schema.schema) } });
}
