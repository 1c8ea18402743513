import type { ConverseRequest, JsonValue, OutputFormat, OutputRung, SystemBlock, ToolConfig } from '@outcrop/converse';
import { converseLimits } from '@outcrop/converse';
import { outsideGrammar } from './grammar.ts';
import { type Run, warn } from './run.ts';
import { isJsonObject } from './shape.ts';
import { isThinking } from './thinking.ts';

/**
 * The ways to ask for an answer of a schema, from the one that binds the model most to the one that only asks it:
 * the model's own, a tool it is made to call with its input held to the schema, the same without, and words.
 */
export const outputRungs = ['native', 'strict_tool', 'tool', 'instruction'] as const satisfies readonly OutputRung[];

/** How structured output was asked for, which is what its way back needs to know. */
export type Output = { rung: OutputRung; toolName?: string | undefined };

/** Asks for structured output in the best way that the model has, as far as its traits say. */
export function prepareOutput(request: ConverseRequest, run: Run): ConverseRequest {
  const format = request.outputConfig?.textFormat;
  if (format === undefined) return request;
  if ((format.type as string) === 'json_object') {
    const message = 'Bedrock knows only \'json_schema\': give the schema { "type": "object" } for any object.';
    run.unsupported.push({ feature: 'textFormat', path, message });
    return request;
  }
  // A type of tomorrow.
  if (format.type !== 'json_schema') return request;
  const wish = readWish(format, request, run);
  if (wish === undefined) return request;

  const from = outputRungs.indexOf(run.options.rung ?? 'native');
  let why = from > 0 ? 'a higher rung was not wanted' : '';
  for (const rung of outputRungs.slice(from)) {
    const obstacle = obstacles[rung](wish);
    if (obstacle === undefined) return lower(rung, why, wish);
    why ||= obstacle;
  }
  return request;
}

const path = 'outputConfig.textFormat';

type Wish = {
  request: ConverseRequest;
  run: Run;
  name: string;
  description: string | undefined;
  schemaText: string;
  schema: { [key: string]: JsonValue };
};

function readWish(format: OutputFormat, request: ConverseRequest, run: Run): Wish | undefined {
  const { schema: schemaText, name, description } = format.structure?.jsonSchema ?? {};
  const schema = typeof schemaText === 'string' ? parsed(schemaText) : undefined;
  if (schemaText === undefined || !isJsonObject(schema)) {
    const message = 'has to be a JSON Schema, an object, written as JSON in a string.';
    run.problems.push({ path: `${path}.structure.jsonSchema.schema`, message });
    return undefined;
  }
  return { request, run, name: freeName(name, request), description: description || undefined, schemaText, schema };
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function freeName(wanted: string | undefined, { toolConfig }: ConverseRequest): string {
  const taken = new Set((toolConfig?.tools ?? []).map((tool) => (tool?.toolSpec ?? tool?.systemTool)?.name));
  const name = wanted !== undefined && converseLimits.toolName.test(wanted) ? wanted.slice(0, 60) : 'answer';
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
  return free;
}

/** What keeps a rung from being taken, if anything does. */
const obstacles: { readonly [Rung in OutputRung]: (wish: Wish) => string | undefined } = {
  native({ request, run, schema }) {
    if (run.traits.structuredOutput === false) return 'the model has no structured output of its own';
    if (run.seen.citations) return 'citations are on, and it has no structured output beside them';
    if (request.messages?.at(-1)?.role === 'assistant') return 'the last turn is a prefill';
    return outsideGrammar(schema);
  },
  strict_tool(wish) {
    if (wish.run.traits.tools?.strict === false) return 'the model has no strict tools';
    return obstacles.tool(wish) ?? outsideGrammar(wish.schema);
  },
  tool({ request, run, schema }) {
    const { supported, choices } = run.traits.tools ?? {};
    if (supported === false) return 'the model has no tools';
    if (schema['type'] !== 'object') return 'the schema is not of an object';
    if (request.messages?.at(-1)?.role === 'assistant') return 'the last turn is a prefill';
    if (run.traits.reasoning?.forcedTools === false && isThinking(request, run.traits)) {
      return 'the model can not be made to use a tool while it thinks';
    }
    const { toolChoice } = request.toolConfig ?? {};
    if (toolChoice?.any || toolChoice?.tool) return 'another tool is to be used';
    const kinds = hasTools(request.toolConfig) ? ['any'] : ['tool', 'any'];
    const able = choices === undefined || kinds.some((kind) => choices.includes(kind as 'any'));
    return able ? undefined : 'the model can not be made to use a tool';
  },
  instruction: () => undefined,
};

function hasTools(toolConfig: ToolConfig | undefined): boolean {
  return toolConfig?.tools?.some((tool) => tool?.cachePoint === undefined) === true;
}

function lower(rung: OutputRung, why: string, wish: Wish): ConverseRequest {
  const { run, request } = wish;
  const isTool = rung === 'strict_tool' || rung === 'tool';
  run.output = { rung, ...(isTool && { toolName: wish.name }) };
  if (rung === 'native') return request;
  warn(run, 'structured_output', path, `The rung is ${rung}: ${why}.`);
  const { textFormat: _, ...outputConfig } = request.outputConfig ?? {};
  const { outputConfig: __, ...rest } = request;
  const without = Object.keys(outputConfig).length > 0 ? { ...rest, outputConfig } : rest;
  return isTool ? withOutputTool(without, rung === 'strict_tool', wish) : withInstruction(without, wish);
}

function withOutputTool(request: ConverseRequest, strict: boolean, { name, description, schema, run }: Wish) {
  const { toolConfig } = request;
  const alone = !hasTools(toolConfig);
  const tool = alone && run.traits.tools?.choices?.includes('tool') !== false;
  // A label for validators, which some models refuse.
  const { $schema: _, ...json } = schema;
  const toolSpec = {
    name,
    description: description ?? 'Call this to give your answer, and give it nowhere else.',
    inputSchema: { json },
    ...(strict && { strict }),
  };
  const tools = [...(toolConfig?.tools ?? []), { toolSpec }];
  return { ...request, toolConfig: { tools, toolChoice: tool ? { tool: { name } } : { any: {} } } };
}

function withInstruction(request: ConverseRequest, { schemaText, description, run }: Wish): ConverseRequest {
  const what = description === undefined ? '' : ` It is: ${description}`;
  const text = `Answer with JSON only: no other text, no code fence.${what} The JSON has to fit this JSON Schema:\n${schemaText}`;
  const block: SystemBlock = { text };
  if (run.traits.systemPrompt !== false) return { ...request, system: [...(request.system ?? []), block] };

  const { messages = [] } = request;
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const message = messages[last];
  if (!message) return { ...request, system: [...(request.system ?? []), block] };
  return { ...request, messages: messages.with(last, { ...message, content: [...message.content, { text }] }) };
}
