import type { ConverseRequest, JsonValue, Tool, Warning } from '@outcrop/converse';
import { type JsonObject, present, withRequestFields } from '../fields.ts';
import type { InvokeFormat } from '../format.ts';
import { isObject } from '../read-body.ts';
import { unsupported } from '../refuse.ts';
import { refuseFields, settingsOf, withMaxTokens } from '../settings.ts';
import { keyOf } from '../turns.ts';
import { conversationOf, documentsOf } from './conversation.ts';
import { decodeCommandR, decodeCommandRStream } from './reply.ts';

const format = 'command_r';

/** Cohere Command R: the last message apart from its history, and what tools answered apart from both. */
export const commandR: InvokeFormat = {
  name: format,
  encode(request, { traits }) {
    refuseFields(request, format, { tools: true });
    const warnings: Warning[] = [];
    const { system = [], toolConfig } = request;
    if (toolConfig?.toolChoice && !toolConfig.toolChoice.auto) {
      throw unsupported(format, 'toolChoice', 'toolConfig.toolChoice', 'can only leave it to the model');
    }
    const documents = documentsOf(request, format);
    const body = present({
      ...conversationOf(request, format, warnings),
      preamble: system.length > 0 ? preambleOf(system) : undefined,
      ...settingsOf(withMaxTokens(request, traits, 4096), settings, format),
      tools: toolConfig?.tools.map(toolOf),
      documents: documents.length > 0 ? documents : undefined,
    });
    return { body: withRequestFields(body, request, ['tools', 'documents']), warnings };
  },
  decode: decodeCommandR,
  decodeStream: decodeCommandRStream,
};

const settings = { maxTokens: 'max_tokens', temperature: 'temperature', topP: 'p', stopSequences: 'stop_sequences' };

function preambleOf(system: NonNullable<ConverseRequest['system']>): string {
  const texts = system.map((block, index) => {
    if (block.text !== undefined) return block.text;
    throw unsupported(format, keyOf(block), `system[${index}].${keyOf(block)}`);
  });
  return texts.join('\n\n');
}

function toolOf({ toolSpec, ...other }: Tool, index: number): JsonObject {
  if (!toolSpec)
    throw unsupported(format, keyOf(other), `toolConfig.tools[${index}]`, 'knows tools by their name and schema only');
  const { name, description = '', inputSchema } = toolSpec;
  const { properties, required } = isObject(inputSchema.json) ? inputSchema.json : {};
  const needed = new Set(Array.isArray(required) ? required : []);
  const parameters = Object.entries(isObject(properties) ? properties : {}).map(([key, schema]) => [
    key,
    { ...parameterOf(schema as JsonValue), required: needed.has(key) },
  ]);
  return { name, description, parameter_definitions: Object.fromEntries(parameters) };
}

const pythonTypes: { readonly [type: string]: string } = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  array: 'List',
  object: 'Dict',
};

/** A parameter as a type of Python and a sentence. What a schema says beyond that goes into the sentence. */
function parameterOf(schema: JsonValue): { type: string; description: string } {
  const { type, description, ...more } = isObject(schema) ? schema : {};
  const sentences = [description, Object.keys(more).length > 0 && `JSON Schema: ${JSON.stringify(schema)}`];
  return {
    type: (typeof type === 'string' && Object.hasOwn(pythonTypes, type) && pythonTypes[type]) || 'Any',
    description: sentences.filter((sentence) => typeof sentence === 'string').join(' '),
  };
}
