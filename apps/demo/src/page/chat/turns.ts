import type { Attempt, Cost, Message, TokenUsage, Warning } from '@outcrop/converse';
import type { TimelineStep } from '../failover/timeline-steps.ts';

/** One turn of the conversation, with all that the page shows of it. */
export type ChatTurn = UserTurn | AssistantTurn | ToolTurn;

export type UserTurn = {
  type: 'user';
  id: string;
  message: Message;
  /** Of its files, in their order: messages keep no names of pictures. */
  fileNames: string[];
};

/** The results of tools: shown where they were asked for. */
type ToolTurn = { type: 'tools'; id: string; message: Message };

export type AssistantTurn = {
  type: 'assistant';
  id: string;
  message: Message;
  state: 'streaming' | 'done' | 'stopped' | 'failed';
  error?: { code: string; message: string } | undefined;
  /** By `performance.now()` of the page that asked; the times of `steps` count from it. */
  askedAt: number;
  steps: TimelineStep[];
  servedBy?: { model: string; region: string } | undefined;
  attempts?: Attempt[] | undefined;
  usage?: TokenUsage | undefined;
  cost?: Cost | undefined;
  warnings?: Warning[] | undefined;
  totalMs?: number | undefined;
  /** How many of the oldest messages the model did not get, because there was no room. */
  dropped?: number | undefined;
};
