import {
  addUsage,
  type CallOptions,
  type Converse,
  type ConverseRequest,
  type ConverseResponse,
  type ConverseStreamEvent,
  type Message,
  type TokenUsage,
  type ToolResultBlock,
  toolUsesOf,
} from '@outcrop/converse';
import { type RunnableTool, runTool, toolSpecs } from './tools.ts';

/** A conversation in which the model may ask for tools. */
export type ToolRunOptions = CallOptions & {
  request: ConverseRequest;
  /** They are added to those of the request, which somebody else runs. */
  tools: readonly RunnableTool[];
  /** How many replies there may be at most. @default 10 */
  maxSteps?: number | undefined;
};

/** What came of it. */
export type ToolRun = {
  /** The last one. */
  reply: ConverseResponse;
  /** `answered`: the model asks for no tool any more. `max_steps`: it does, and they were not run. */
  outcome: 'answered' | 'max_steps';
  /** The whole conversation: what was asked, and all that was added to it. */
  messages: Message[];
  steps: ToolStep[];
  /** Of all replies. */
  usage: TokenUsage;
  /** Of all replies, as far as prices are known. */
  usd: number;
};

/** One reply, and the results of what it asked for. */
export type ToolStep = { reply: ConverseResponse; results: ToolResultBlock[] };

/** What a streamed run tells while it goes on. The last one is its end. */
export type ToolRunEvent =
  | { type: 'event'; step: number; event: ConverseStreamEvent }
  | { type: 'reply'; step: number; reply: ConverseResponse }
  | { type: 'results'; step: number; results: ToolResultBlock[] }
  | { type: 'end'; run: ToolRun };

/**
 * Asks, runs the tools that the model asks for, all of a turn at once, and asks again with their results in one message,
 * until it answers. A tool that throws is told the model as an error; an abort ends all, with the signal's own reason.
 * What the model's call throws comes out as it is.
 *
 * @example
 * ```ts
 * import { type Converse, messagesFrom, textOf } from '@outcrop/converse';
 * import { runTools, tool } from '@outcrop/manager';
 *
 * const hardness = tool({
 *   name: 'hardness',
 *   description: 'How hard a rock is, on the scale of Mohs.',
 *   inputSchema: { type: 'object', properties: { rock: { type: 'string' } }, required: ['rock'] },
 *   run: ({ rock }: { rock: string }) => ({ rock, mohs: 7 }),
 * });
 *
 * async function ask(model: Converse, question: string): Promise<string> {
 *   const request = messagesFrom([{ role: 'user', content: question }]);
 *   const { reply, outcome } = await runTools(model, { request, tools: [hardness], maxSteps: 5 });
 *   return outcome === 'answered' ? textOf(reply) : 'It went on asking.';
 * }
 * ```
 */
export async function runTools(converse: Converse, options: ToolRunOptions): Promise<ToolRun> {
  for await (const event of toolRun(converse, options, false)) if (event.type === 'end') return event.run;
  throw new TypeError('A run has an end.');
}

/** The same, with every event of its streams. Leaving the loop ends what is on its way. */
export function streamTools(converse: Converse, options: ToolRunOptions): AsyncIterable<ToolRunEvent> {
  return toolRun(converse, options, true);
}

async function* toolRun(
  converse: Converse,
  { request, tools, maxSteps = 10, ...options }: ToolRunOptions,
  isStreamed: boolean,
): AsyncGenerator<ToolRunEvent> {
  if (!(maxSteps >= 1)) throw new RangeError(`maxSteps is ${maxSteps}, but there has to be one at least.`);
  const leaving = new AbortController();
  const messages = [...(request.messages ?? [])];
  const steps: ToolStep[] = [];
  let toolConfig = withTools(request, tools);
  try {
    for (let step = 1; ; step++) {
      const asked = { ...request, messages: [...messages], ...(toolConfig && { toolConfig }) };
      let reply: ConverseResponse;
      if (isStreamed) {
        const stream = converse.converseStream(asked, options);
        for await (const event of stream) yield { type: 'event', step, event };
        reply = await stream.response;
      } else reply = await converse.converse(asked, options);
      yield { type: 'reply', step, reply };
      messages.push(reply.output.message);
      const uses = toolUsesOf(reply);
      const isLast = uses.length === 0 || step >= maxSteps;
      const signal = options.signal ? AbortSignal.any([options.signal, leaving.signal]) : leaving.signal;
      const results = isLast ? [] : await Promise.all(uses.map((use) => runTool(tools, use, signal)));
      steps.push({ reply, results });
      if (isLast) {
        yield { type: 'end', run: endOf(uses.length > 0 ? 'max_steps' : 'answered', reply, messages, steps) };
        return;
      }
      yield { type: 'results', step, results };
      messages.push({ role: 'user', content: results.map((toolResult) => ({ toolResult })) });
      // A tool that was forced once more in each turn would never let it answer.
      if (toolConfig?.toolChoice !== undefined) toolConfig = { tools: toolConfig.tools };
    }
  } finally {
    leaving.abort(new DOMException('The run was left before its end.', 'AbortError'));
  }
}

function withTools({ toolConfig }: ConverseRequest, tools: readonly RunnableTool[]): ConverseRequest['toolConfig'] {
  const all = [...(toolConfig?.tools ?? []), ...toolSpecs(tools)];
  return all.length === 0 ? undefined : { ...toolConfig, tools: all };
}

function endOf(outcome: ToolRun['outcome'], reply: ConverseResponse, messages: Message[], steps: ToolStep[]): ToolRun {
  const replies = steps.map((step) => step.reply);
  const usage = addUsage(...replies.map((each) => each.usage));
  const usd = replies.reduce((sum, { cost }) => sum + (cost?.usd ?? 0), 0);
  return { reply, outcome, messages, steps, usage, usd };
}
