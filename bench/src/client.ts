import type { ConverseRequest } from '@outcrop/converse';

/** What every file of `clients/` makes by its `createClient(endpoint)`. */
export type Client = {
  /** Sends one request, and gives the text of its answer; who does not look at it gives none. */
  call(request: ConverseRequest): Promise<string | undefined>;
  /** Sends one request, and hands on each piece of the text as it comes. */
  stream(request: ConverseRequest, onText: (piece: string | undefined) => void): Promise<void>;
  close(): unknown;
};

/** One model in one region: what all of them call. */
export const called = {
  model: 'Claude Haiku 4.5',
  id: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
  region: 'us-east-1',
};

export const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
