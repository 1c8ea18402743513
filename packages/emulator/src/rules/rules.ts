import type { ContentBlock, ConverseError, ConverseRequest } from '@outcrop/converse';
import { bedrockError, refusal } from '../errors.ts';
import type { Place } from '../models.ts';
import { addressRules } from './address.ts';
import { cachingRules } from './caching.ts';
import { conversationRules } from './conversation.ts';
import { inferenceRules } from './inference.ts';
import { mediaRules } from './media.ts';
import { outputRules } from './output.ts';
import { reasoningRules } from './reasoning.ts';
import type { BedrockRule, Context, Parts, Rules, Seen } from './rule.ts';
import { settingRules } from './settings.ts';
import { toolTurnRules } from './tool-turns.ts';
import { toolRules } from './tools.ts';

/**
 * All that the emulator refuses because Bedrock does, with who says so. What is said of a model comes from
 * `@outcrop/model-catalog`; what nobody knows of a model is not refused.
 */
export const bedrockRules: Rules = [
  ...addressRules,
  ...settingRules,
  ...inferenceRules,
  ...conversationRules,
  ...toolRules,
  ...toolTurnRules,
  ...mediaRules,
  ...cachingRules,
  ...reasoningRules,
  ...outputRules,
];

const rulesOn = new Map<string, BedrockRule<never>[]>();
for (const rule of bedrockRules) rulesOn.set(rule.on, [...(rulesOn.get(rule.on) ?? []), rule as BedrockRule<never>]);

/** A call to be looked at. */
export type Subject = {
  operation: string;
  place: Place;
  request: ConverseRequest;
  inputTokens: number;
};

/** Why the model cannot be called there so. @param today `YYYY-MM-DD`, if models end */
export function addressRefusal(
  { operation, place }: Pick<Subject, 'operation' | 'place'>,
  today?: string,
): ConverseError | undefined {
  return refused('address', place, contextOf({ operation, place, request: {}, inputTokens: 0 }, today));
}

/** The first thing that Bedrock would refuse of a request to Converse, in one walk through it. */
export function requestRefusal(subject: Subject): ConverseError | undefined {
  const { request } = subject;
  const context = contextOf(subject);
  return (
    refused('request', request, context) ??
    inTools(context) ??
    inSystem(context) ??
    inMessages(context) ??
    refused('whole', request, context)
  );
}

function contextOf({ operation, place, request, inputTokens }: Subject, today?: string): Context {
  const { modelId, region, certain: traits, resource } = place;
  const isPrompt = resource === 'prompt';
  const seen = {
    image: 0,
    document: 0,
    video: 0,
    cachePoint: 0,
    toolBlocks: 0,
    citations: false,
    shortCache: false,
    documentNames: new Set<string>(),
  };
  const start = { at: '', place: 'tools', role: 'user', index: 0, before: undefined } as const;
  return { operation, modelId, region, request, traits, inputTokens, isPrompt, today, ...start, seen };
}

function refused<On extends keyof Parts>(on: On, part: Parts[On], context: Context): ConverseError | undefined {
  for (const rule of rulesOn.get(on) ?? []) {
    const message = rule.check(part as never, context);
    if (message) return errorOf(rule, message);
  }
  return undefined;
}

function errorOf({ error = 'ValidationException', feature, code }: BedrockRule<never>, message: string): ConverseError {
  if (feature !== undefined) return refusal(error, message, { code: 'unsupported_feature', feature });
  return code === undefined ? bedrockError(error, message) : refusal(error, message, { code });
}

function inTools(context: Context): ConverseError | undefined {
  for (const [index, tool] of (context.request.toolConfig?.tools ?? []).entries()) {
    context.index = index;
    context.at = `toolConfig.tools.${index}`;
    const error = refused('tool', tool, context) ?? cachePointIn(tool, context);
    if (error) return error;
  }
  return undefined;
}

function inSystem(context: Context): ConverseError | undefined {
  context.place = 'system';
  for (const [index, block] of (context.request.system ?? []).entries()) {
    context.index = index;
    context.at = `system.${index}`;
    const error = refused('system', block, context) ?? cachePointIn(block, context);
    if (error) return error;
  }
  return undefined;
}

function cachePointIn({ cachePoint }: Pick<ContentBlock, 'cachePoint'>, context: Context): ConverseError | undefined {
  if (cachePoint === undefined) return undefined;
  context.seen.cachePoint += 1;
  return refused('cachePoint', cachePoint, context);
}

function inMessages(context: Context): ConverseError | undefined {
  context.place = 'messages';
  for (const [number, message] of (context.request.messages ?? []).entries()) {
    context.role = message.role;
    context.index = number;
    context.at = `messages.${number}`;
    const error = refused('turn', message, context);
    if (error) return error;
    for (const [index, block] of message.content.entries()) {
      context.index = index;
      context.before = message.content[index - 1];
      context.at = `messages.${number}.content.${index}`;
      const error = inBlock(block, context);
      if (error) return error;
    }
  }
  return undefined;
}

function inBlock(block: ContentBlock, context: Context): ConverseError | undefined {
  const kind = Object.keys(block)[0] as keyof ContentBlock;
  count(kind, block, context.seen);
  return (
    refused('block', block, context) ??
    refused(kind, block[kind] as never, context) ??
    (block.toolResult && inResult(block.toolResult.content, context))
  );
}

function inResult(
  content: NonNullable<ContentBlock['toolResult']>['content'],
  context: Context,
): ConverseError | undefined {
  const { at } = context;
  for (const [index, piece] of content.entries()) {
    context.at = `${at}.toolResult.content.${index}`;
    const kind = mediaKinds.find((each) => piece[each] !== undefined);
    if (kind !== undefined) count(kind, piece, context.seen);
    const error =
      refused('result', piece, context) ??
      (kind === undefined ? undefined : refused(kind, piece[kind] as never, context));
    if (error) return error;
  }
  context.at = at;
  return undefined;
}

const mediaKinds = ['image', 'document', 'video', 'searchResult'] as const;

function count(kind: string, block: Pick<ContentBlock, 'document' | 'searchResult'>, seen: Seen): void {
  if (kind === 'image' || kind === 'document' || kind === 'video' || kind === 'cachePoint') seen[kind] += 1;
  if (kind === 'toolUse' || kind === 'toolResult') seen.toolBlocks += 1;
  if ((block.document ?? block.searchResult)?.citations?.enabled) seen.citations = true;
}
