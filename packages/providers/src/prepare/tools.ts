import type { ConverseRequest, JsonValue, Tool, ToolChoice, ToolConfig, ToolSpec } from '@outcrop/converse';
import { type Run, warn } from './run.ts';
import { isThinking } from './thinking.ts';
import { toolNames } from './tool-names.ts';

/** The tools that the model may ask for: their names, descriptions and schemas, and which of them it has to use. */
export function prepareTools(request: ConverseRequest, run: Run): ConverseRequest {
  const { toolConfig } = request;
  if (toolConfig === undefined) return run.seen.toolBlocks > 0 ? declareGoneTools(request, run) : request;
  if (toolConfig.tools.every((tool) => tool.cachePoint !== undefined)) {
    if (toolConfig.toolChoice?.any || toolConfig.toolChoice?.tool) {
      run.problems.push({ path: 'toolConfig.toolChoice', message: 'asks for a tool, and there is none.' });
    }
    warn(run, 'tool_config_empty', 'toolConfig');
    const { toolConfig: _, ...rest } = request;
    return run.seen.toolBlocks > 0 ? declareGoneTools(rest, run) : rest;
  }
  if (run.traits.tools?.supported === false) {
    run.unsupported.push({ feature: 'toolConfig', path: 'toolConfig', message: 'the model takes no tools.' });
    return request;
  }
  const tools = prepareEach(toolConfig.tools, run);
  const toolChoice = prepareChoice(toolConfig, request, run);
  if (tools === toolConfig.tools && toolChoice === toolConfig.toolChoice) return request;
  const { toolChoice: _, ...rest } = toolConfig;
  return { ...request, toolConfig: { ...rest, tools, ...(toolChoice && { toolChoice }) } };
}

/**
 * A history with tool calls needs tools. They are declared by the names that it holds, so that it stays as it is to
 * the byte, signed reasoning included, with the word that they are gone.
 */
function declareGoneTools(request: ConverseRequest, run: Run): ConverseRequest {
  const names = new Set<string>();
  let path: string | undefined;
  for (const [index, { content }] of (request.messages ?? []).entries()) {
    for (const [at, { toolUse, toolResult }] of content.entries()) {
      if (toolUse || toolResult) path ??= `messages[${index}].content[${at}]`;
      if (toolUse) names.add(toolUse.name);
    }
  }
  if (path === undefined) return request;
  if (run.traits.tools?.supported === false) {
    const message = 'the model takes no tools, and so no history with tool calls.';
    run.unsupported.push({ feature: 'toolConfig', path, message });
    return request;
  }
  if (names.size === 0) names.add('no_tool');
  warn(run, 'tool_config_missing', 'toolConfig', 'Should the model call one of them, that is its mistake.');
  const tools = [...names].map((name): Tool => {
    const description = 'No longer available. Do not call it.';
    return { toolSpec: { name, description, inputSchema: { json: { type: 'object', properties: {} } } } };
  });
  return { ...request, toolConfig: { tools } };
}

function prepareEach(tools: Tool[], run: Run): Tool[] {
  const names = new Set<string>();
  let prepared: Tool[] | undefined;
  for (const [index, tool] of tools.entries()) {
    const path = `toolConfig.tools[${index}].toolSpec`;
    const better = tool.toolSpec ? prepareSpec(tool, tool.toolSpec, path, run) : tool;
    const name = tool.toolSpec?.name ?? tool.systemTool?.name;
    if (name !== undefined) {
      if (names.has(name)) run.problems.push({ path, message: 'has the name of another tool.' });
      names.add(name);
    }
    if (better !== tool) prepared ??= tools.slice(0, index);
    prepared?.push(better);
  }
  return prepared ?? tools;
}

function prepareSpec(tool: Tool, spec: ToolSpec, path: string, run: Run): Tool {
  const name = toolNames(run).toWire(spec.name);
  const schema = objectSchema(spec.inputSchema?.json, `${path}.inputSchema.json`, run);
  const noDescription = spec.description !== undefined && spec.description.trim() === '';
  const noStrict = spec.strict !== undefined && run.traits.tools?.strict === false;
  if (name === spec.name && schema === spec.inputSchema?.json && !noDescription && !noStrict) return tool;

  if (name !== spec.name) warn(run, 'tool_name', `${path}.name`);
  if (noDescription) warn(run, 'tool_description', `${path}.description`);
  if (noStrict) warn(run, 'tool_strict', `${path}.strict`);
  const { description, strict, ...rest } = spec;
  return {
    toolSpec: {
      ...rest,
      name,
      ...(description !== undefined && !noDescription && { description }),
      inputSchema: { json: schema },
      ...(strict !== undefined && !noStrict && { strict }),
    },
  };
}

/** A tool takes an object, even one that takes nothing. */
function objectSchema(schema: JsonValue | undefined, path: string, run: Run): JsonValue {
  if (schema === undefined || schema === null || schema === true) {
    warn(run, 'tool_schema', path);
    return { type: 'object', properties: {} };
  }
  if (typeof schema !== 'object' || Array.isArray(schema)) {
    run.problems.push({ path, message: 'has to be a JSON Schema of an object.' });
    return schema;
  }
  const { type } = schema;
  if (type === 'object') return schema;
  if (type !== undefined && !(Array.isArray(type) && type.includes('object'))) {
    run.problems.push({ path: `${path}.type`, message: "has to be 'object': the input of a tool is nothing else." });
    return schema;
  }
  warn(run, 'tool_schema', path);
  return Object.keys(schema).length === 0 ? { type: 'object', properties: {} } : { ...schema, type: 'object' };
}

function prepareChoice({ tools, toolChoice }: ToolConfig, request: ConverseRequest, run: Run): ToolChoice | undefined {
  if (toolChoice === undefined) return undefined;
  const path = 'toolConfig.toolChoice';
  const { choices } = run.traits.tools ?? {};
  const kind = toolChoice.tool ? 'tool' : toolChoice.any ? 'any' : toolChoice.auto ? 'auto' : undefined;
  if (kind === undefined) return toolChoice;
  if (kind === 'auto') {
    if (choices === undefined || choices.includes('auto')) return toolChoice;
    warn(run, 'tool_choice_auto', path);
    return undefined;
  }
  if (choices !== undefined && !choices.includes(kind)) {
    const message = `the model does not know '${kind}', only ${choices.map((each) => `'${each}'`).join(', ') || 'none'}.`;
    run.unsupported.push({ feature: 'toolChoice', path, message });
  } else if (run.traits.reasoning?.forcedTools === false && isThinking(request, run.traits)) {
    const message = 'the model can not be made to use a tool while it thinks.';
    run.unsupported.push({ feature: 'toolChoice', path, message });
  }
  if (!toolChoice.tool) return toolChoice;
  const { name } = toolChoice.tool;
  if (typeof name !== 'string' || !tools.some((tool) => (tool.toolSpec ?? tool.systemTool)?.name === name)) {
    run.problems.push({ path: `${path}.tool.name`, message: 'names a tool that is not there.' });
    return toolChoice;
  }
  const wireName = toolNames(run).toWire(name);
  return wireName === name ? toolChoice : { tool: { name: wireName } };
}
