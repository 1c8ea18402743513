import type { ContentBlock } from '@outcrop/converse';
import { constraint, fromModel, isClaude, type Rules, turnBefore } from './rule.ts';

// Service model, ContentBlock.
export const blockKinds: readonly (keyof ContentBlock)[] = [
  'text',
  'image',
  'document',
  'video',
  'audio',
  'toolUse',
  'toolResult',
  'guardContent',
  'cachePoint',
  'reasoningContent',
  'citationsContent',
  'searchResult',
  'toolAddition',
  'toolRemoval',
];
const kinds: ReadonlySet<string> = new Set(blockKinds);
const ofUser = ['image', 'document', 'video', 'audio', 'searchResult'] as const;
// What some models make themselves comes back in their turns.
const madeByModels: readonly string[] = ['image', 'audio'];
const ofAssistant = ['toolUse', 'reasoningContent', 'citationsContent'] as const;

/** Who speaks when, and that something is said. */
export const conversationRules: Rules = [
  {
    id: 'first_turn_user',
    on: 'request',
    source: 'error text, Bedrock',
    check: ({ messages = [] }, { isPrompt }) => {
      const first = messages.find(({ role }) => role !== 'system');
      const isRight = first?.role === 'user' || (isPrompt && messages.length === 0);
      return (
        !isRight &&
        'A conversation must start with a user message. Try again with a conversation that starts with a user message.'
      );
    },
  },
  {
    id: 'role_known',
    on: 'turn',
    source: 'service model, ConversationRole; wording not verified',
    check: ({ role }, { at }) =>
      role !== 'user' &&
      role !== 'assistant' &&
      role !== 'system' &&
      constraint(role, `${at}.role`, 'satisfy enum value set: [user, assistant, system]'),
  },
  {
    id: 'alternating_roles',
    on: 'turn',
    source: 'error text, Bedrock',
    check: ({ role }, context) => {
      if (role === 'system') return false;
      return (
        turnBefore(context)?.role === role &&
        'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.'
      );
    },
  },
  {
    id: 'empty_content',
    on: 'turn',
    source: 'error text, Bedrock',
    check: ({ content }, { at }) =>
      content.length === 0 &&
      `The content field in the Message object at ${at} is empty. Add a ContentBlock object to the content field and try again.`,
  },
  {
    id: 'system_turn_unsupported',
    on: 'turn',
    source: 'user guide, model cards; wording not verified',
    feature: 'systemTurns',
    check: ({ role }, { traits }) =>
      role === 'system' && traits.systemTurns === false && "This model doesn't support the system role in messages.",
  },
  {
    id: 'known_block',
    on: 'block',
    source: 'service model, ContentBlock; error text, Bedrock',
    check: (block, { at }) =>
      !Object.keys(block).some((kind) => kinds.has(kind)) &&
      `ContentBlock object at ${at} must set one of the following keys: ${blockKinds.join(', ')}.`,
  },
  {
    id: 'blank_text',
    on: 'text',
    source: 'error text, Bedrock',
    check: (text, { at }) =>
      isBlank(text) &&
      `The text field in the ContentBlock object at ${at} is blank. Add text to the text field, and try again.`,
  },
  {
    id: 'blank_text_in_result',
    on: 'result',
    source: 'error text, Bedrock, of a text block; wording not verified',
    check: ({ text }, { at }) =>
      text !== undefined &&
      isBlank(text) &&
      `The text field in the ToolResultContentBlock object at ${at} is blank. Add text to the text field, and try again.`,
  },
  {
    id: 'blank_guard_content',
    on: 'guardContent',
    source: 'error text, Bedrock',
    check: ({ text }, { at }) =>
      text !== undefined &&
      isBlank(text.text) &&
      `The guard content field in the ContentBlock object at ${at} is blank.`,
  },
  {
    id: 'blank_system_text',
    on: 'system',
    source: 'error text, Bedrock, of a text block; wording not verified',
    check: ({ text }, { at }) =>
      text !== undefined &&
      isBlank(text) &&
      `The text field in the SystemContentBlock object at ${at} is blank. Add text to the text field, and try again.`,
  },
  {
    id: 'system_unsupported',
    on: 'request',
    source: 'user guide, supported models and model features; error text, Bedrock',
    feature: 'system',
    check: ({ system = [] }, { traits }) =>
      system.length > 0 &&
      traits.systemPrompt === false &&
      "This model doesn't support system messages. Try again without a system message or use a model that supports system messages.",
  },
  {
    id: 'single_turn_only',
    on: 'request',
    source: 'user guide, supported models and model features: limited chat; wording not verified',
    feature: 'history',
    check: ({ messages = [] }, { traits }) =>
      messages.length > 1 &&
      traits.multiTurn === false &&
      "This model doesn't support conversation history. Try again with a single user message.",
  },
  {
    id: 'user_block_in_assistant_turn',
    on: 'block',
    source: 'API reference, ContentBlock: only in user turns; wording as of images in user turns, not verified',
    check: (block, { role, traits }) => {
      if (role !== 'assistant') return false;
      const { outputModalities } = traits;
      const isMade = (kind: string) =>
        madeByModels.includes(kind) && (outputModalities === undefined || outputModalities.includes(kind));
      return misplaced(
        ofUser.filter((kind) => !isMade(kind)),
        block,
        role,
      );
    },
  },
  {
    id: 'assistant_block_in_user_turn',
    on: 'block',
    source: 'API reference, ContentBlock: only in assistant turns; wording as of images in user turns, not verified',
    check: (block, { role }) => role === 'user' && misplaced(ofAssistant, block, role),
  },
  {
    id: 'result_in_assistant_turn',
    on: 'toolResult',
    source: 'API reference, ToolResultBlock; wording as of images in user turns, not verified',
    // Results of tools that the provider runs say so by their type, and stand where they came up.
    check: ({ type }, { role }) => role === 'assistant' && type === undefined && inTurn('toolResult', role),
  },
  {
    id: 'prefill_unsupported',
    on: 'turn',
    source: 'Claude documentation; error text, Claude',
    feature: 'prefill',
    check: ({ role }, context) =>
      role === 'assistant' &&
      isLast(context) &&
      context.traits.prefill === false &&
      fromModel(
        'This model does not support assistant message prefill. The conversation must end with a user message.',
      ),
  },
  {
    id: 'prefill_trailing_whitespace',
    on: 'turn',
    source: 'error text, Claude',
    check: ({ role, content }, context) =>
      role === 'assistant' &&
      isClaude(context) &&
      isLast(context) &&
      /\s$/.test(content.at(-1)?.text?.slice(-1) ?? '') &&
      fromModel('messages: final assistant content cannot end with trailing whitespace'),
  },
];

/** Looks no further than it has to: prompts are long. */
function isBlank(text: string): boolean {
  return !/\S/.test(text);
}

function isLast({ request, index }: { request: { messages?: unknown[] | undefined }; index: number }): boolean {
  return index === (request.messages?.length ?? 0) - 1;
}

function misplaced(wanted: readonly (keyof ContentBlock)[], block: ContentBlock, role: string): string | false {
  const kind = wanted.find((each) => block[each] !== undefined);
  return kind !== undefined && inTurn(kind, role);
}

function inTurn(kind: string, role: string): string {
  return `This model doesn't support the ${kind} field for ${role} messages. Remove ${kind} and try again.`;
}
