import type { ContentBlock, ConverseRequest, JsonValue, Message, ModelTraits, ToolSpec } from '@outcrop/converse';
import { bedrockError } from '../errors.ts';
import { signReasoning } from '../signature.ts';
import type { Responder } from '../when.ts';
import { citedBlocks } from './citations.ts';
import { exampleOf } from './example-of.ts';
import { withinLimits } from './limits.ts';

/**
 * The responder that an emulator has unless it is given another one. It says what it received (text, pictures, documents
 * and other files, with their formats and sizes), and always the same to the same conversation. It calls an offered tool
 * if `toolChoice` makes it, or if the prompt names the tool; the input is an example of the tool's schema. What the tool
 * found stands in its next reply. Where `outputConfig` asks for JSON, it answers with an example of that schema; where
 * thinking is on, with reasoning, which is signed as Claude signs it; where a document allows citations, with citations of it. It keeps to
 * `maxTokens` and to stop sequences.
 */
export const describe: Responder = ({ request, traits }) => {
  const { messages = [], inferenceConfig, outputConfig } = request;
  const content = messages.at(-1)?.content ?? [];
  const tool = content.some(({ toolResult }) => toolResult) ? undefined : wantedTool(request, content);
  const schema = outputConfig?.textFormat?.structure.jsonSchema?.schema;
  const reasoning = isThinking(request.additionalModelRequestFields) ? [reasoningOn(content, traits)] : [];
  try {
    const blocks = tool ? [callOf(tool, messages)] : schema ? [objectOf(schema)] : saidOf(request, content);
    return withinLimits([...reasoning, ...blocks], inferenceConfig);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return bedrockError('ValidationException', 'The JSON schema of outputConfig.textFormat is not JSON.');
  }
};

function wantedTool({ toolConfig }: ConverseRequest, content: ContentBlock[]): ToolSpec | undefined {
  const { tools = [], toolChoice } = toolConfig ?? {};
  const specs = tools.flatMap(({ toolSpec }) => toolSpec ?? []);
  if (toolChoice?.tool) return specs.find(({ name }) => name === toolChoice.tool?.name);
  const prompt = content.map(({ text = '' }) => text).join('\n');
  return specs.find(({ name }) => prompt.includes(name)) ?? (toolChoice?.any ? specs[0] : undefined);
}

function callOf({ name, inputSchema }: ToolSpec, messages: Message[]): ContentBlock {
  // By its turn, so that no two calls of a conversation share an id.
  return { toolUse: { toolUseId: `tooluse_${messages.length}`, name, input: exampleOf(inputSchema.json) } };
}

function objectOf(schema: string): ContentBlock {
  return { text: JSON.stringify(exampleOf(JSON.parse(schema))) };
}

function saidOf(request: ConverseRequest, content: ContentBlock[]): ContentBlock[] {
  const cited = citedBlocks(request.messages ?? []);
  const text = content.map(sentenceOn).filter(Boolean).join(' ') || 'I received nothing to describe.';
  return [{ text }, ...cited];
}

/** Claude's ways to ask for it, and Nova's. */
function isThinking(fields: JsonValue | undefined): boolean {
  const { thinking, reasoningConfig } = (fields ?? {}) as Record<string, { type?: unknown } | undefined>;
  return thinking?.type === 'enabled' || thinking?.type === 'adaptive' || reasoningConfig?.type === 'enabled';
}

function reasoningOn(content: ContentBlock[], { family }: ModelTraits): ContentBlock {
  const text = `There are ${content.length} blocks in the last turn. I go through them one by one.`;
  const signature = family === 'claude' ? { signature: signReasoning(text) } : {};
  return { reasoningContent: { reasoningText: { text, ...signature } } };
}

function sentenceOn(block: ContentBlock): string {
  if (block.text !== undefined) return `You said: ${JSON.stringify(block.text)}.`;
  if (block.image) return `I see a ${block.image.format} image of ${sizeOf(block.image.source)}.`;
  if (block.video) return `I see a ${block.video.format} video of ${sizeOf(block.video.source)}.`;
  if (block.audio) return `I hear ${block.audio.format} audio of ${sizeOf(block.audio.source)}.`;
  if (block.document) {
    const { format = 'txt', name, source } = block.document;
    return `I have the ${format} document ${JSON.stringify(name)} of ${sizeOf(source)}.`;
  }
  if (block.toolResult) {
    const said = block.toolResult.content.map(
      ({ text, json }) => text ?? (json === undefined ? '' : JSON.stringify(json)),
    );
    return `The tool ${block.toolResult.status === 'error' ? 'failed' : 'answered'}: ${said.filter(Boolean).join(' ')}`;
  }
  return '';
}

type Source = { bytes?: Uint8Array; s3Location?: { uri: string }; text?: string; content?: { text?: string }[] };

function sizeOf({ bytes, s3Location, text, content = [] }: Source): string {
  if (bytes) return `${bytes.length} bytes`;
  if (s3Location) return `unknown size, at ${s3Location.uri}`;
  return `${(text ?? content.map((piece) => piece.text ?? '').join('')).length} characters`;
}
