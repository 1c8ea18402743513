import type {
  JsonSchema,
  JsonValue,
  RunnableToolUse,
  StandardSchema,
  Tool,
  ToolResultBlock,
  ToolResultContent,
} from '@outcrop/converse';
import { startDeadlines } from '@outcrop/retry-core';
import { isStandard, jsonSchemaOf, type StandardJsonSchema } from './schema.ts';

/** Something that the model may ask to be run. */
export type RunnableTool = {
  name: string;
  description?: string | undefined;
  inputSchema: JsonSchema | StandardSchema;
  /** What it throws is told the model. */
  run: (input: never, context: ToolContext) => ToolOutput | Promise<ToolOutput>;
};

/** What a tool is told beside its input. */
export type ToolContext = {
  /** Fires when nobody wants the result any more. */
  signal: AbortSignal;
  toolUseId: string;
};

/** What comes of a tool: a text, anything that JSON can say, or content blocks such as pictures. */
export type ToolOutput = JsonValue | undefined | { content: ToolResultContent[] };

type FlatSchema = { input_schema: JsonSchema };

/**
 * Makes a tool. The type of `run`'s input comes from the schema if it is one of Standard Schema, which then also checks
 * it. A plain JSON Schema is for the model alone; it may be called `input_schema` too, as in Anthropic's flat form.
 *
 * @example
 * ```ts
 * import { tool } from '@outcrop/manager';
 *
 * const weather = tool({
 *   name: 'weather',
 *   description: 'The weather of a city now.',
 *   inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
 *   run: async ({ city }: { city: string }) => `It rains in ${city}.`,
 * });
 * ```
 */
export function tool<Output>(
  definition: Omit<RunnableTool, 'inputSchema' | 'run'> & {
    inputSchema: StandardJsonSchema<Output>;
    run: (input: Output, context: ToolContext) => ToolOutput | Promise<ToolOutput>;
  },
): RunnableTool;
/** The same with a plain JSON Schema, where the type of the input is said by `run`. */
export function tool<Input = { [key: string]: JsonValue }>(
  definition: Omit<RunnableTool, 'inputSchema' | 'run'> &
    ({ inputSchema: JsonSchema } | FlatSchema) & {
      run: (input: Input, context: ToolContext) => ToolOutput | Promise<ToolOutput>;
    },
): RunnableTool;
export function tool({
  run,
  ...definition
}: Omit<RunnableTool, 'inputSchema'> & ({ inputSchema: JsonSchema | StandardSchema } | FlatSchema)): RunnableTool {
  const { name, description } = definition;
  const inputSchema = 'input_schema' in definition ? definition.input_schema : definition.inputSchema;
  return { name, description, inputSchema, run };
}

/** The tools as Bedrock wants them. */
export function toolSpecs(tools: readonly RunnableTool[]): Tool[] {
  return tools.map(({ name, description, inputSchema }) => ({
    toolSpec: {
      name,
      ...(description !== undefined && { description }),
      inputSchema: { json: jsonSchemaOf(inputSchema) as JsonValue },
    },
  }));
}

/** Runs one tool call. Whatever goes wrong is told the model as the result, but for an abort, which ends all. */
export async function runTool(
  tools: readonly RunnableTool[],
  { toolUseId, name, input }: RunnableToolUse,
  signal: AbortSignal,
): Promise<ToolResultBlock> {
  const failed = (text: string): ToolResultBlock => ({ toolUseId, content: [{ text }], status: 'error' });
  const found = tools.find((each) => each.name === name);
  if (found === undefined)
    return failed(`There is no tool '${name}'. There are: ${tools.map((each) => each.name).join(', ')}.`);
  const abortable = startDeadlines({ signal });
  try {
    const checked = await abortable.during(checkInput(found, input));
    if ('problem' in checked) return failed(checked.problem);
    const work = Promise.resolve(found.run(checked.value as never, { signal, toolUseId }));
    return { toolUseId, content: contentOf(await abortable.during(work)), status: 'success' };
  } catch (error) {
    signal.throwIfAborted();
    return failed(error instanceof Error ? error.message : String(error));
  } finally {
    abortable.stop();
  }
}

async function checkInput(
  { inputSchema }: RunnableTool,
  input: unknown,
): Promise<{ value: unknown } | { problem: string }> {
  if (!isStandard(inputSchema)) return { value: input };
  const result = await inputSchema['~standard'].validate(input);
  if (result.issues === undefined) return { value: result.value };
  const problems = result.issues.map(({ message, path = [] }) => {
    const steps = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    return steps === '' ? message : `${steps}: ${message}`;
  });
  return { problem: `The input does not fit: ${problems.join('; ')}` };
}

/** Bedrock takes JSON in a result only as an object. */
function contentOf(output: ToolOutput): ToolResultContent[] {
  if (typeof output === 'string') return [{ text: output }];
  if (typeof output !== 'object' || output === null || Array.isArray(output))
    return [{ json: { result: output ?? null } }];
  if (Array.isArray(output['content'])) return output['content'] as ToolResultContent[];
  return [{ json: output as JsonValue }];
}
