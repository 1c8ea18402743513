import type { ContentBlock, Message, ToolConfig } from '@outcrop/converse';
import { literal } from './literal.ts';
import { factsOf } from './media-facts.ts';

/** What a reply was asked for with. */
export type RequestParts = {
  models: readonly string[];
  regions: readonly string[];
  turns: readonly { message: Message; fileNames?: readonly string[] }[];
  toolConfig?: ToolConfig | undefined;
};

const width = 110;

/** The program that sends this very request: to be copied, with the files beside it. */
export function requestCode({ models, regions, turns, toolConfig }: RequestParts): string {
  const roles = new Set(turns.map(({ message }) => message.role));
  const imports = [
    ...(roles.has('assistant') ? ['createAssistantMessage'] : []),
    ...(roles.has('user') ? ['createUserMessage'] : []),
    'LLMManager',
    'textOf',
  ];
  const tools = toolConfig ? `\n  toolConfig: ${literal(toolConfig, '  ')},` : '';
  return `import { ${imports.join(', ')} } from '@outcrop/bedrock';

const manager = new LLMManager({
  models: ${literal(models)},
  regions: ${literal(regions)},
});
const reply = await manager.converse({
  messages: [
${turns.map(messageCode).join('\n')}
  ],${tools}
});

console.log(textOf(reply), reply.servedBy, reply.cost);
`;
}

function messageCode({ message: { role, content }, fileNames = [] }: RequestParts['turns'][number]): string {
  const names = [...fileNames];
  const start = `    await create${role === 'assistant' ? 'Assistant' : 'User'}Message()`;
  const calls = [...content.map((block) => callFor(block, names)), '.build(),'];
  const line = start + calls.join('');
  return line.length <= width && !line.includes('\n') ? line : [start, ...calls].join('\n      ');
}

/** Takes the name of a file off the names that are left. */
function callFor(block: ContentBlock, names: string[]): string {
  const { text, toolUse, toolResult, reasoningContent } = block;
  if (text !== undefined) return `.addText(${literal(text)})`;
  if (toolUse) return `.addToolUse(${literal(toolUse, '      ')})`;
  // What came of a tool of this page is a text, or JSON.
  const [result] = toolResult?.content ?? [];
  if (toolResult && result) {
    const { toolUseId, status } = toolResult;
    return `.addToolResult(${literal({ toolUseId, status, text: result.text, json: result.json }, '      ')})`;
  }
  const { text: thought, signature } = reasoningContent?.reasoningText ?? {};
  if (thought !== undefined) return `.addReasoning(${literal(thought)}, ${literal({ signature })})`;
  const facts = factsOf(block);
  if (facts) return `.addLocalFile(${literal(names.shift() ?? facts.name)})`;
  return `.addBlock(${literal(block, '      ')})`;
}
