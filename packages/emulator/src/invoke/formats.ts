import { bedrockError } from '../errors.ts';
import type { Place } from '../models.ts';
import { claude, newerClaude } from './claude/claude.ts';
import { commandR } from './command-r.ts';
import { deepseek } from './deepseek.ts';
import type { InvokeFormat } from './format.ts';
import { jamba } from './jamba.ts';
import { llama3, llama4 } from './llama.ts';
import { mistralChat } from './mistral-chat.ts';
import { mistralText } from './mistral-text.ts';
import { nova } from './nova.ts';
import { gptOss, openai } from './openai.ts';
import { titan } from './titan.ts';

// By the names that the catalog's traits use.
const formats: Record<string, InvokeFormat> = {
  claude_messages: claude,
  command_r: commandR,
  deepseek_r1: deepseek,
  jamba,
  llama3,
  llama4,
  mistral_chat: mistralChat,
  mistral_text: mistralText,
  nova,
  openai_chat: openai,
  titan,
};

// For models that nobody knows, such as those behind an application profile or an import: the first that fits.
const shapes: [InvokeFormat, (body: Record<string, unknown>) => boolean][] = [
  [newerClaude, (body) => 'anthropic_version' in body],
  [titan, (body) => 'inputText' in body],
  [commandR, (body) => 'message' in body],
  [nova, ({ schemaVersion, inferenceConfig }) => schemaVersion === 'messages-v1' || inferenceConfig !== undefined],
  [openai, (body) => 'messages' in body],
  [llama4, (body) => promptOf(body).includes('<|header_start|>')],
  [deepseek, (body) => promptOf(body).includes('<｜User｜>')],
  [mistralText, (body) => promptOf(body).includes('[INST]')],
  [llama3, (body) => 'prompt' in body],
];

/** The format of a model's bodies, by what is known of it; where nothing is, by the body's shape. */
export function formatOf({ model, traits, modelId }: Place, body: unknown): InvokeFormat {
  const { invokeFormat, family, sampling } = traits;
  if (invokeFormat === undefined && model === undefined) return formatByShape(body) ?? newerClaude;
  // The newer version of Claude's API knows no sampling, and the models that know none are those that take it.
  if (invokeFormat === 'claude_messages' && sampling?.temperature === false) return newerClaude;
  if (invokeFormat === 'openai_chat' && family === 'gpt_oss') return gptOss;
  const format = invokeFormat === undefined ? undefined : formats[invokeFormat];
  if (format) return format;
  throw bedrockError('ValidationException', `This emulator has no InvokeModel for ${modelId.slice(0, 128)}.`);
}

/**
 * Refuses models whose tokens Bedrock does not count, and names of them that it does not take for that: only a base
 * model has a count, and no profile.
 */
export function checkCountable({ kind, traits }: Place): void {
  if (kind !== 'base' && kind !== 'added') {
    throw bedrockError('ValidationException', 'The provided model identifier is invalid.');
  }
  const { countTokens, family } = traits;
  if (countTokens ?? family === 'claude') return;
  throw bedrockError('ValidationException', "The provided model doesn't support counting tokens.");
}

function formatByShape(body: unknown): InvokeFormat | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  return shapes.find(([, fits]) => fits(body as Record<string, unknown>))?.[0];
}

function promptOf({ prompt }: Record<string, unknown>): string {
  return typeof prompt === 'string' ? prompt : '';
}
