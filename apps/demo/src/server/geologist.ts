import {
  type ContentBlock,
  type ConverseRequest,
  type ConverseResponse,
  type DocumentBlock,
  textOf,
  usageOf,
} from '@outcrop/converse';
import { reply, toolCall } from '@outcrop/converse/testing';
import { signReasoning } from '@outcrop/emulator';
import { estimateTokens } from '@outcrop/model-catalog';
import { rocks } from './rocks.ts';

/** What the emulated models say: a geologist who looks at what came, and shows what a reply can hold. */
export function answerTo(request: ConverseRequest): ConverseResponse {
  const content = blocksFor(request);
  const written = content.map((block) => JSON.stringify(block)).join('').length;
  const usage = usageOf({ inputTokens: estimateTokens(request).tokens, outputTokens: Math.ceil(written / 4) });
  return { ...reply(...content), usage };
}

function blocksFor(request: ConverseRequest): (string | ContentBlock)[] {
  const { messages = [], toolConfig } = request;
  const content = messages.at(-1)?.content ?? [];
  const results = content.flatMap(({ toolResult }) => toolResult ?? []);
  if (results.length > 0) return [aboutResults(results.flatMap((result) => result.content))];
  const prompt = textOf(messages.at(-1) ?? { role: 'user', content: [] });
  const rock = rockIn(prompt);
  const called = (toolConfig?.tools ?? []).find(({ toolSpec }) => toolSpec?.name === 'look_up_rock');
  if (called && rock && content.length === 1 && /\b(look|find|collection)\b/i.test(prompt)) {
    return [`Let me look up **${rock}** in the collection.`, toolCall('look_up_rock', { rock }, toolUseId(messages))];
  }
  const files = content.filter(({ text }) => text === undefined);
  if (files.length > 0) return [...aboutFiles(files)];
  if (/\b(why|think|reason|age|old)\b/i.test(prompt)) return aboutAge(rock ?? 'gneiss');
  if (/\b(story|long|whole|history)\b/i.test(prompt)) return [story];
  if (/\b(code|typescript|function|program|script)\b/i.test(prompt)) return [code];
  if (rock) return [aboutRock(rock)];
  return [aboutNothing(prompt)];
}

// By its turn, so that no two calls of a conversation share an id.
function toolUseId(messages: readonly unknown[]): string {
  return `tooluse_rock_${messages.length}`;
}

function rockIn(prompt: string): keyof typeof rocks | undefined {
  const names = Object.keys(rocks) as (keyof typeof rocks)[];
  return names.find((name) => prompt.toLowerCase().includes(name));
}

function aboutResults(content: readonly { text?: string | undefined; json?: unknown }[]): string {
  const found = content.flatMap(({ json }) => (typeof json === 'object' && json !== null ? Object.entries(json) : []));
  if (found.length === 0) return `The collection says: ${content.map(({ text = '' }) => text).join(' ')}`;
  const rows = found.map(([name, value]) => `| ${name} | ${Array.isArray(value) ? value.join(', ') : String(value)} |`);
  return `Here is what the collection has on it:\n\n| Property | Value |\n|---|---|\n${rows.join('\n')}\n\nThe *hardness* is on Mohs' scale, from 1 (talc) to 10 (diamond).`;
}

function* aboutFiles(files: readonly ContentBlock[]): Generator<string | ContentBlock> {
  for (const { image, video, document } of files) {
    if (image) {
      yield `I see a **${image.format}** image of ${size(image.source.bytes)}. An emulated eye can't tell granite from gneiss in it, but it arrived whole, byte for byte.\n\n`;
    }
    if (video) yield `I received a **${video.format}** video of ${size(video.source.bytes)}.\n\n`;
    if (document) yield* aboutDocument(document);
  }
}

function* aboutDocument({ format = 'txt', name, source }: DocumentBlock): Generator<string | ContentBlock> {
  yield `I have read the **${format}** document *${name}* of ${size(source.bytes)}. `;
  const quoted = format === 'txt' || format === 'md' || format === 'csv' ? firstLine(source.bytes) : '';
  if (quoted === '') return;
  yield {
    citationsContent: {
      content: [{ text: `It begins with “${quoted}”.` }],
      citations: [
        {
          title: name,
          sourceContent: [{ text: quoted }],
          location: { documentChar: { documentIndex: 0, start: 0, end: quoted.length } },
        },
      ],
    },
  };
}

function firstLine(bytes: Uint8Array | undefined): string {
  const text = new TextDecoder().decode(bytes?.subarray(0, 400));
  return (text.split('\n').find((line) => /\w/.test(line)) ?? '')
    .replace(/^#+\s*/, '')
    .trim()
    .slice(0, 120);
}

function size(bytes: Uint8Array | undefined): string {
  return `${(bytes?.length ?? 0).toLocaleString('en')} bytes`;
}

function aboutRock(name: keyof typeof rocks): string {
  const { kind, hardness, minerals, origin } = rocks[name];
  return `**${name[0]?.toUpperCase()}${name.slice(1)}** is ${kind} rock: ${origin}\n\n- Minerals: ${minerals.join(', ')}\n- Hardness: ${hardness}\n`;
}

function aboutAge(rock: string): ContentBlock[] {
  const thought = `The question is about the age of ${rock}. Bands mean that it was folded while hot, so the zircons in it have two ages: when they crystallised, and when they were heated again. The older one answers the question.`;
  return [
    { reasoningContent: { reasoningText: { text: thought, signature: signReasoning(thought) } } },
    {
      text: `About **1.7 billion years**, if the zircons are right:\n\n1. They crystallised when the ${rock} was still molten.\n2. Uranium in them has turned into lead ever since, at a rate that nothing changes.\n3. So the ratio of the two is a clock: \`t = ln(1 + Pb / U) / λ\`.\n\n> A rock is a page of a book that was written very slowly.`,
    },
  ];
}

function aboutNothing(prompt: string): string {
  const quoted = prompt.length > 160 ? `${prompt.slice(0, 160)}…` : prompt;
  return `You said: “${quoted.replaceAll('\n', ' ')}”\n\nI am an **emulated** model, so I know a little of rocks and nothing else. Ask me about *granite*, *basalt* or *gneiss*, for some code, for a long story, or drop a picture or a document here.`;
}

const code = `This asks two models in two regions, and takes the first that answers:

\`\`\`ts
import { createUserMessage, LLMManager, textOf } from '@outcrop/bedrock';

const manager = new LLMManager({
  models: ['Claude Haiku 4.5', 'Nova Pro'],
  regions: ['us-east-1', 'us-west-2'],
});
const message = await createUserMessage().addText('Which rock is this?').addLocalImage('rock.jpg').build();
const reply = await manager.converse({ messages: [message] });

console.log(textOf(reply), reply.servedBy, reply.cost);
\`\`\`

Set \`AWS_REGION\` and your credentials, and it runs.`;

const story = `## The long story of a small outcrop

It began as **mud on the floor of an ocean** that no map shows any more. Rivers brought it there grain by grain, for so long that the lowest layers forgot the light.

Then two continents met. They did so at the speed at which fingernails grow, and still nothing could stop them. The mud went down, ten kilometres and then twenty, where it is hot enough to bake and not hot enough to melt. Its clay turned into mica, its mica into garnet, and all of it was folded like a tablecloth that somebody pushes together.

### Up again

What went down came up again, because mountains float. Rain took the mountain away from above, and from below the roots rose to take its place. Where once had been twenty kilometres of stone above it, there was now a little moss.

- First came the **ice**, which polished it.
- Then came the **water**, which cracked it.
- Then came a **student with a hammer**, who sat down on it to eat a sandwich.

### What it says

The bands are what is left of its older folds, and the red dots are garnets. Whoever can read them reads a thermometer, a pressure gauge and a clock, all of which stopped long ago at the same moment: the moment when it was deepest.

And that is the whole story, as far as it is known. The rest is still down there, and on its way up, at the speed of fingernails.`;
