import type { ConverseRequest, Message } from '@outcrop/converse';
import { isForged } from '../signature.ts';
import { type Context, fromModel, isClaude, isObject, type Rules, unsupported } from './rule.ts';
import { thinkingOf } from './tools.ts';

// Whose reasoning comes without a signature. Of others it is not known.
const unsigned: ReadonlySet<string> = new Set(['gpt', 'gpt_oss', 'qwen', 'minimax', 'kimi', 'deepseek', 'glm']);

/** How the model is asked to think, and what it thought before. */
export const reasoningRules: Rules = [
  {
    id: 'reasoning_unsigned',
    on: 'reasoningContent',
    source: 'Claude documentation, extended thinking; error text, Claude',
    check: ({ reasoningText }, context) =>
      isClaude(context) &&
      reasoningText !== undefined &&
      reasoningText.signature === undefined &&
      fromModel(`${context.at}.thinking.signature: Field required`),
  },
  {
    id: 'reasoning_changed',
    on: 'reasoningContent',
    source: 'Claude documentation, extended thinking; error text, Claude. Signatures that are not ours pass',
    check: ({ reasoningText }, context) =>
      isClaude(context) &&
      reasoningText?.signature !== undefined &&
      isForged(reasoningText.text, reasoningText.signature) &&
      fromModel(`${context.at}: Invalid \`signature\` in \`thinking\` block`),
  },
  {
    id: 'reasoning_signature_unsupported',
    on: 'reasoningContent',
    source: 'error text, Bedrock',
    feature: 'reasoningContent',
    check: ({ reasoningText }, { traits }) =>
      reasoningText?.signature !== undefined &&
      unsigned.has(traits.family ?? '') &&
      unsupported('reasoningContent.reasoningText.signature'),
  },
  {
    id: 'thinking_budget_unsupported',
    on: 'request',
    source: 'Claude documentation, adaptive thinking; error text, Claude',
    feature: 'thinking',
    check: (request, { traits }) =>
      thinkingType(request) === 'enabled' &&
      traits.reasoning?.budget === false &&
      fromModel(
        '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
      ),
  },
  {
    id: 'thinking_always_on',
    on: 'request',
    source: 'Claude documentation, adaptive thinking; wording not verified',
    feature: 'thinking',
    check: (request, { traits }) =>
      thinkingType(request) === 'disabled' &&
      traits.reasoning?.canDisable === false &&
      fromModel('"thinking.type.disabled" is not supported for this model.'),
  },
  {
    id: 'thinking_budget_least',
    on: 'request',
    source: 'Claude documentation, extended thinking; error text, Claude',
    check: (request, { traits }) => {
      const least = traits.reasoning?.minBudgetTokens;
      const budget = budgetOf(request);
      return (
        least !== undefined &&
        budget !== undefined &&
        budget < least &&
        fromModel(`thinking.enabled.budget_tokens: Input should be greater than or equal to ${least}`)
      );
    },
  },
  {
    id: 'thinking_budget_below_max_tokens',
    on: 'request',
    source: 'Claude documentation, extended thinking; error text, Claude',
    check: (request, context) => {
      const most = request.inferenceConfig?.maxTokens;
      const budget = budgetOf(request);
      return (
        isClaude(context) &&
        most !== undefined &&
        budget !== undefined &&
        budget >= most &&
        // The budget is that of the whole turn then, over all its tool calls.
        !thinksBetweenTools(request) &&
        fromModel('`max_tokens` must be greater than `thinking.budget_tokens`.')
      );
    },
  },
  {
    id: 'thinking_temperature',
    on: 'request',
    source: 'Claude documentation, extended thinking; error text, Claude',
    check: (request, context) =>
      isClaude(context) &&
      thinkingType(request) === 'enabled' &&
      (request.inferenceConfig?.temperature ?? 1) !== 1 &&
      fromModel('`temperature` may only be set to 1 when thinking is enabled.'),
  },
  {
    id: 'thinking_top_p',
    on: 'request',
    source: 'Claude documentation, extended thinking; error text, Claude',
    check: (request, context) =>
      isClaude(context) &&
      thinkingType(request) === 'enabled' &&
      (request.inferenceConfig?.topP ?? 1) < 0.95 &&
      fromModel('`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.'),
  },
  {
    id: 'thinking_comes_first',
    on: 'turn',
    source: 'Claude documentation, extended thinking; error text, Claude',
    check: ({ role, content }, context) => {
      if (role !== 'assistant' || context.traits.reasoning?.ask !== 'budget') return false;
      if (thinkingType(context.request) !== 'enabled' || !isCurrent(context)) return false;
      const [first] = content;
      const found = first?.toolUse ? 'tool_use' : 'text';
      return (
        first?.reasoningContent === undefined &&
        fromModel(
          `${context.at}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`,
        )
      );
    },
  },
  {
    id: 'effort_known',
    on: 'request',
    source: 'model cards: efforts by model; wording not verified',
    feature: 'effort',
    check: ({ outputConfig }, { traits }) =>
      outputConfig?.effort !== undefined &&
      traits.reasoning?.efforts !== undefined &&
      !traits.reasoning.efforts.includes(outputConfig.effort) &&
      fromModel(
        `output_config.effort: Input should be ${traits.reasoning.efforts.map((each) => `'${each}'`).join(', ')}`,
      ),
  },
];

function thinkingType({ additionalModelRequestFields }: ConverseRequest): unknown {
  return thinkingOf(additionalModelRequestFields)?.['type'];
}

function thinksBetweenTools({ additionalModelRequestFields: fields, toolConfig }: ConverseRequest): boolean {
  const betas = isObject(fields) ? fields['anthropic_beta'] : undefined;
  const isAsked = Array.isArray(betas) && betas.some((beta) => String(beta).startsWith('interleaved-thinking-'));
  return isAsked && toolConfig !== undefined;
}

function budgetOf(request: ConverseRequest): number | undefined {
  const thinking = thinkingOf(request.additionalModelRequestFields);
  const budget = isObject(thinking) && thinking['type'] === 'enabled' ? thinking['budget_tokens'] : undefined;
  return typeof budget === 'number' ? budget : undefined;
}

/** Whether the model goes on with this turn: it is the last one, or only the results of its tools come after it. */
function isCurrent({ request, index }: Context): boolean {
  const messages: Message[] = request.messages ?? [];
  const after = messages.slice(index + 1);
  return after.length === 0 || (after.length === 1 && (after[0]?.content ?? []).some(({ toolResult }) => toolResult));
}
