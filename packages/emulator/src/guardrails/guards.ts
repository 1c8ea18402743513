import type { ContentBlock, ConverseRequest, ConverseResponse, GuardrailTrace } from '@outcrop/converse';
import { reply } from '@outcrop/converse/testing';
import { bedrockError } from '../errors.ts';
import { assess, blockedMessage, type Findings, type Guardrail, markerGuardrail } from './guardrail.ts';
import { readGuardrail } from './read-guardrail.ts';

/** The guardrails of an emulator. */
export type Guards = {
  /** The one of that id or ARN. Throws what Bedrock says if there is none. */
  find(identifier: string, version: string | undefined): Guardrail;
  /** What comes instead of an answer, if the prompt is blocked. */
  ofPrompt(request: ConverseRequest): ConverseResponse | undefined;
  /** The answer as the guardrail lets it through. */
  ofReply(request: ConverseRequest, reply: ConverseResponse): ConverseResponse;
};

/** @param guardrails by their ids. Without any, every id is one that blocks a marker. */
export function createGuards(guardrails: Readonly<Record<string, Guardrail>> | undefined): Guards {
  for (const [id, guardrail] of Object.entries(guardrails ?? {})) readGuardrail(guardrail, `guardrails.${id}`);

  function find(identifier: string, version = 'DRAFT'): Guardrail {
    const id = identifier.split('/').at(-1) ?? '';
    const guardrail = guardrails === undefined ? markerGuardrail : Object.hasOwn(guardrails, id) && guardrails[id];
    if (guardrail && /^(?:|DRAFT|[1-9]\d{0,7})$/.test(version)) return guardrail;
    const message = 'The guardrail identifier or version provided in the request does not exist.';
    throw bedrockError('ValidationException', message);
  }

  function named({ guardrailConfig }: ConverseRequest): Guardrail | undefined {
    const identifier = guardrailConfig?.guardrailIdentifier;
    return identifier === undefined ? undefined : find(identifier, guardrailConfig?.guardrailVersion);
  }

  return {
    find,

    ofPrompt(request) {
      const guardrail = named(request);
      if (guardrail === undefined) return undefined;
      const prompt = assess(promptTexts(request), guardrail);
      if (!prompt.isBlocked) return undefined;
      const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
      const blocked = intervened(guardrail.blockedInput);
      return { ...blocked, usage, metrics: { latencyMs: 0 }, ...traceOf(request, { prompt }) };
    },

    ofReply(request, whole) {
      const guardrail = named(request);
      // What a guardrail said already, it does not look at.
      if (guardrail === undefined || whole.stopReason === stopped.stopReason) return whole;
      const { content } = whole.output.message;
      const prompt = assess(promptTexts(request), guardrail);
      const answer = assess(content.flatMap(textsIn), guardrail);
      const trace = traceOf(request, { prompt, answer, content });
      if (answer.isBlocked) return { ...whole, ...intervened(guardrail.blockedOutput), ...trace };
      if (!answer.isMasked) return { ...whole, ...trace };
      const masked = [...answer.masked];
      const shown = content.map(
        (block): ContentBlock => (block.text === undefined ? block : { text: masked.shift() ?? '' }),
      );
      return { ...whole, ...stopped, output: { message: { role: 'assistant', content: shown } }, ...trace };
    },
  };
}

const stopped = { stopReason: 'guardrail_intervened' };

function intervened(message = blockedMessage): ConverseResponse {
  return { ...reply(message), ...stopped };
}

/** What the guardrail looks at: what is marked for it, or else all that the user says. */
function promptTexts({ messages = [] }: ConverseRequest): string[] {
  const content = messages.flatMap(({ role, content }) => (role === 'user' ? content : []));
  const marked = content.flatMap(({ guardContent }) => (guardContent ? [guardContent.text?.text ?? ''] : []));
  return marked.length > 0 ? marked : content.flatMap(textsIn);
}

function textsIn({ text }: ContentBlock): string[] {
  return text === undefined ? [] : [text];
}

type Looks = { prompt: Findings; answer?: Findings; content?: ContentBlock[] };

function traceOf({ guardrailConfig }: ConverseRequest, { prompt, answer, content = [] }: Looks) {
  const { guardrailIdentifier: id = '', trace = 'disabled' } = guardrailConfig ?? {};
  if (trace === 'disabled') return {};
  const isBlocked = prompt.isBlocked || answer?.isBlocked;
  const guardrail: GuardrailTrace = {
    ...(answer?.isBlocked && { modelOutput: content.flatMap(textsIn) }),
    inputAssessment: { [id]: prompt.assessment },
    ...(answer && { outputAssessments: { [id]: [answer.assessment] } }),
    ...(isBlocked && { actionReason: 'Guardrail blocked.' }),
  };
  return { trace: { guardrail } };
}
