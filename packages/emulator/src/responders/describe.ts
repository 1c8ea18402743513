import type { ContentBlock, ConverseRequest, Message, ToolSpec } from '@outcrop/converse';
import type { Responder } from '../when.ts';
import { exampleOf } from './example-of.ts';
import { withinLimits } from './limits.ts';

/**
 * The responder that an emulator has unless it is given another one. It says what it received (text, pictures, documents
 * and other files, with their formats and sizes), and always the same to the same conversation. It calls an offered tool
 * if `toolChoice` makes it, or if the prompt names the tool; the input is an example of the tool's schema. What the tool
 * found stands in its next reply. It keeps to `maxTokens` and to stop sequences.
 */
export const describe: Responder = ({ request }) => {
  const { messages = [], inferenceConfig } = request;
  const content = messages.at(-1)?.content ?? [];
  const tool = content.some(({ toolResult }) => toolResult) ? undefined : wantedTool(request, content);
  const text = content.map(sentenceOn).filter(Boolean).join(' ') || 'I received nothing to describe.';
  return withinLimits(tool ? callOf(tool, messages) : { text }, inferenceConfig);
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
