import type { Target } from '@outcrop/converse';
import { describeConverse, type Feature } from '@outcrop/converse-contract';
import { createEmulator } from '@outcrop/emulator';
import { bundledSnapshot } from '@outcrop/model-catalog';
import { responderOf } from './responder-of.ts';
import { ways } from './scene.ts';

// What only Converse's own vocabulary can say. Pressure is the transports' concern, and Command R says all twice.
const unsaid: Feature[] = ['back_pressure', 'missing_bounds', 'missing_usage', 'unknown_blocks', 'unknown_events'];
// A prompt and a text know no blocks.
const text: Feature[] = [...unsaid, 'cache_usage', 'interleaved_blocks', 'reasoning', 'tools'];
// Chat completions have one text, which nothing ends, and thoughts without a signature.
const chat: Feature[] = [...unsaid, 'block_stops', 'cache_usage', 'interleaved_blocks', 'reasoning'];
// Nova writes to its cache for one time only.
const novas: Feature[] = [...unsaid, 'cache_usage'];

/** One model of each format that knows a system prompt, which the contract asks with, and that streams. */
const models: [format: string, id: string, lacks: Feature[]][] = [
  ['claude_messages', 'us.anthropic.claude-haiku-4-5-20251001-v1:0', unsaid],
  ['nova', 'amazon.nova-lite-v1:0', novas],
  ['llama3', 'us.meta.llama3-3-70b-instruct-v1:0', text],
  ['llama4', 'us.meta.llama4-scout-17b-instruct-v1:0', text],
  ['mistral_text', 'mistral.mistral-large-2402-v1:0', text],
  ['mistral_chat', 'mistral.mistral-large-2407-v1:0', chat],
  ['openai_chat', 'openai.gpt-oss-120b-1:0', chat],
  ['jamba', 'ai21.jamba-1-5-large-v1:0', chat],
  ['command_r', 'cohere.command-r-v1:0', text],
  ['deepseek_r1', 'us.deepseek.r1-v1:0', text],
];

for (const [way, create] of ways) {
  for (const [format, id, lacks] of models) {
    describeConverse(
      `${format} by ${way}`,
      async () => {
        const emulator = await createEmulator();
        const bedrock = create(emulator.url);
        return {
          arrange(script) {
            emulator.when().always(responderOf(script));
            return bedrock.connect(targetOf(id));
          },
          // Both ends of the loopback buffer megabytes.
          slack: 600,
          async close() {
            await bedrock.close();
            await emulator.close();
          },
        };
      },
      { lacks },
    );
  }
}

function targetOf(id: string): Target {
  const found = bundledSnapshot().models.find((model) => id.endsWith(model.id));
  if (!found) throw new RangeError(`The catalog knows no ${id}.`);
  const { name: model, traits, regions = [] } = found;
  const isProfile = id !== found.id;
  const region = isProfile ? 'us-east-1' : (regions[0] ?? '');
  return { model, id, region, route: isProfile ? 'geo' : 'in_region', api: 'invoke', quotaKey: id, traits };
}
