import type { ConverseStreamEvent, TokenUsage } from '@outcrop/converse';
import type { AdmittedCall } from '../service/index.ts';
import { charactersPerToken } from '../tokens.ts';

/** A call that was let in, as far as the account is concerned. Of several ends the first one counts. */
export type Visit = {
  /** Counts what the event writes. */
  saw(event: ConverseStreamEvent): void;
  /** What a whole answer comes to, before it is on its way. */
  took(usage: TokenUsage): void;
  /** The end of the answer. */
  end(): void;
  /** Nobody reads on: what was written so far counts. */
  leave(): void;
  /** It failed: its tokens come back. */
  fail(): void;
};

type Usage = Pick<TokenUsage, 'inputTokens' | 'outputTokens' | 'cacheWriteInputTokens'>;

/** Follows a call to its end, which comes when its signal fires at the latest. */
export function createVisit(
  call: AdmittedCall,
  { inputTokens, signal }: { inputTokens: number; signal: AbortSignal },
  onSettled: (usage: Usage, isAnswered: boolean) => void,
): Visit {
  let characters = 0;
  let reported: TokenUsage | undefined;
  let isOver = false;

  function settle(usage: Usage, isAnswered: boolean): void {
    if (isOver) return;
    isOver = true;
    call.settle(usage);
    onSettled(usage, isAnswered);
  }

  function seen(): Usage {
    return reported ?? { inputTokens, outputTokens: Math.ceil(characters / charactersPerToken) };
  }

  function leave(): void {
    settle(seen(), false);
  }

  signal.addEventListener('abort', leave, { once: true });

  return {
    saw({ contentBlockDelta, metadata }) {
      if (contentBlockDelta) {
        const { text, toolUse, reasoningContent } = contentBlockDelta.delta;
        characters += (text ?? toolUse?.input ?? reasoningContent?.text)?.length ?? 0;
        call.adjust(Math.ceil(characters / charactersPerToken));
      }
      reported ??= metadata?.usage;
    },
    took(usage) {
      reported ??= usage;
    },
    end: () => settle(seen(), true),
    leave,
    fail() {
      if (isOver) return;
      isOver = true;
      call.fail();
    },
  };
}
