import type { ContentBlock, Message, ToolConfig } from '@outcrop/converse';
import { factsOf } from './media-facts.ts';

/** What a reply was asked for with. */
export type RequestParts = {
  models: readonly string[];
  regions: readonly string[];
  messages: readonly Message[];
  toolConfig?: ToolConfig | undefined;
};

/** The program that sends this very request: to be copied, with the files beside it. */
export function requestCode({ models, regions, messages, toolConfig }: RequestParts): string {
  const roles = new Set(messages.map(({ role }) => role));
  const imports = [
    ...(roles.has('assistant') ? ['createAssistantMessage'] : []),
    ...(roles.has('user') ? ['createUserMessage'] : []),
    'LLMManager',
    'textOf',
  ];
  const tools = toolConfig ? `\n  toolConfig: ${indented(toolConfig)},` : '';
  return `import { ${imports.join(', ')} } from '@outcrop/bedrock';

const manager = new LLMManager({
  models: ${list(models)},
  regions: ${list(regions)},
});
const reply = await manager.converse({
  messages: [
${messages.map(messageCode).join('\n')}
  ],${tools}
});

console.log(textOf(reply), reply.servedBy, reply.cost);
`;
}

function messageCode({ role, content }: Message): string {
  const start = role === 'assistant' ? 'createAssistantMessage()' : 'createUserMessage()';
  const calls = content.map((block) => `      ${callFor(block)}`);
  return `    await ${start}\n${calls.join('\n')}\n      .build(),`;
}

function callFor(block: ContentBlock): string {
  const { text, toolUse, reasoningContent } = block;
  if (text !== undefined) return `.addText(${quoted(text)})`;
  if (toolUse) return `.addToolUse(${JSON.stringify(toolUse)})`;
  const { text: thought, signature } = reasoningContent?.reasoningText ?? {};
  if (thought !== undefined) return `.addReasoning(${quoted(thought)}, ${JSON.stringify({ signature })})`;
  const facts = factsOf(block);
  if (facts)
    return `.addLocalFile(${quoted(/\.\w+$/.test(facts.name) ? facts.name : `${facts.name}.${facts.format}`)})`;
  return `.addBlock(${JSON.stringify(block)})`;
}

function list(names: readonly string[]): string {
  return `[${names.map(quoted).join(', ')}]`;
}

/** Single quotes, as the rest of the code has them. */
function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

function indented(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
}
