import {
  type Attempt,
  createFold,
  isConverseError,
  type Message,
  type RunnableToolUse,
  type ToolResultBlock,
  toolUsesOf,
} from '@outcrop/converse';
import { toJson } from '@outcrop/converse/json';
import { fromSse } from '@outcrop/converse/sse';
import { computed, signal } from '@preact/signals';
import type { PublicCallEvent } from '../../server/call-feed.ts';
import { ask } from '../ask.ts';
import { addEvent, stepsOf } from '../failover/timeline-steps.ts';
import { isReachable, loadSetup, ready, setup } from '../setup.ts';
import { storedSignal } from '../stored.ts';
import { keepTurns, readTurns } from './kept-turns.ts';
import type { AssistantTurn, ChatTurn, UserTurn } from './turns.ts';

export const turns = signal<ChatTurn[]>(readTurns());
export const isAnswering = signal(false);
export const usesTools = storedSignal('tools', true, (value) => typeof value === 'boolean');
const chosenModel = storedSignal('model', '', (value) => typeof value === 'string');

/** The model that is asked first; the others are asked when it fails. */
export const model = computed(() => {
  const models = setup.value?.models ?? [];
  return models.includes(chosenModel.value) ? chosenModel.value : (models[0] ?? '');
});

export function chooseModel(name: string): void {
  chosenModel.value = name;
}

const session = crypto.randomUUID();
// As many rounds of tools as a reply may take.
const maxSteps = 6;
let stopping = new AbortController();

const calls = new EventSource(`/api/calls?session=${session}`);
calls.onmessage = ({ data }) => {
  const event = JSON.parse(data) as PublicCallEvent;
  const last = turns.value.at(-1);
  if (last?.type !== 'assistant' || last.state !== 'streaming') return;
  change(last.id, { steps: addEvent(last.steps, event, performance.now() - last.askedAt) });
};
// It is asked for as long as the page is open, so it is the first to know when the server goes and comes.
calls.onerror = () => {
  isReachable.value = false;
};
calls.onopen = () => {
  if (!isReachable.value) loadSetup();
};
addEventListener('pagehide', () => keepTurns(turns.value));
// Who leaves cuts the reply off before the page is hidden: that is no failure.
let isLeaving = false;
addEventListener('beforeunload', () => {
  isLeaving = true;
});

/** Adds what the user says, and gets the answer. */
export async function say(message: Message, fileNames: string[] = []): Promise<void> {
  turns.value = [...turns.value, { type: 'user', id: crypto.randomUUID(), message, fileNames }];
  await answer();
}

/** Asks once more for the answer to the last thing that the user said before this turn. */
export async function retry(id: string): Promise<void> {
  const index = turns.value.findIndex((turn) => turn.id === id);
  const said = turns.value.slice(0, index + 1).findLastIndex(({ type }) => type === 'user');
  if (said < 0 || isAnswering.value) return;
  turns.value = turns.value.slice(0, said + 1);
  await answer();
}

/** Takes the conversation back to before this turn, and gives the turn to be changed. */
export function takeBack(id: string): UserTurn | undefined {
  const index = turns.value.findIndex((turn) => turn.id === id);
  const turn = turns.value[index];
  if (turn?.type !== 'user' || isAnswering.value) return undefined;
  turns.value = turns.value.slice(0, index);
  keepTurns(turns.value);
  return turn;
}

export function stop(): void {
  stopping.abort();
}

export function startAnew(): void {
  stop();
  turns.value = [];
  keepTurns([]);
}

async function answer(): Promise<void> {
  stopping = new AbortController();
  isAnswering.value = true;
  try {
    for (let step = 0; step < maxSteps; step++) {
      const turn = await askOnce(stopping.signal);
      keepTurns(turns.value);
      if (turn?.state !== 'done') return;
      const uses = turn.message.content.some(({ toolUse }) => toolUse) ? toolUsesOf(turn.message) : [];
      if (uses.length === 0) return;
      const content = (await Promise.all(uses.map(runTool))).map((toolResult) => ({ toolResult }));
      turns.value = [...turns.value, { type: 'tools', id: crypto.randomUUID(), message: { role: 'user', content } }];
    }
  } finally {
    isAnswering.value = false;
    keepTurns(turns.value);
  }
}

/** A call without a result would make the conversation one that Bedrock refuses. */
async function runTool(use: RunnableToolUse): Promise<ToolResultBlock> {
  try {
    return (await ask('/api/tools', { method: 'POST', json: use })) as ToolResultBlock;
  } catch {
    const content = [{ text: 'The tool could not be run.' }];
    return { toolUseId: use.toolUseId, status: 'error', content };
  }
}

/** One reply, as it comes. */
async function askOnce(signal: AbortSignal): Promise<AssistantTurn | undefined> {
  const messages = toJson(messagesToSend());
  const id = crypto.randomUUID();
  const askedAt = performance.now();
  const empty: Message = { role: 'assistant', content: [] };
  turns.value = [...turns.value, { type: 'assistant', id, message: empty, state: 'streaming', askedAt, steps: [] }];
  const fold = createFold();
  isLeaving = false;
  let isDue = false;

  // As often as the screen is drawn, however often words come.
  function show(): void {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      const turn = turns.value.find((each) => each.id === id);
      if (turn?.type === 'assistant' && turn.state === 'streaming')
        change(id, { message: fold.partial.output.message });
    });
  }

  try {
    await ready;
    const response = await fetch('/api/chat', {
      method: 'POST',
      signal,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ session, model: model.value, useTools: usesTools.value, messages }),
    });
    const stream = fromSse(response, { signal });
    for await (const event of stream) {
      fold.add(event);
      show();
    }
    const { output, attempts, servedBy, usage, cost, warnings, metrics } = await stream.response;
    const dropped = Number(response.headers.get('x-messages-dropped') ?? 0);
    const told = { attempts, servedBy, cost, warnings, usage, dropped, totalMs: metrics.totalMs };
    change(id, { message: output.message, state: 'done', steps: stepsOf(attempts as Attempt[]), ...told });
  } catch (error) {
    const { message } = fold.partial.output;
    if (signal.aborted || isLeaving) change(id, { message, state: 'stopped' });
    else change(id, { message, state: 'failed', error: tellError(error) });
  }
  return turns.value.find((turn) => turn.id === id) as AssistantTurn | undefined;
}

/** What broke off goes along as far as it is text, and what is empty does not go at all. */
function messagesToSend(): Message[] {
  return turns.value.flatMap((turn): Message[] => {
    const { message } = turn;
    if (turn.type !== 'assistant' || turn.state === 'done') return [message];
    const content = message.content.filter(({ text }) => text?.trim());
    return content.length === 0 ? [] : [{ ...message, content }];
  });
}

function tellError(error: unknown): { code: string; message: string } {
  if (isConverseError(error)) {
    const { code, message } = error;
    const reason = code === 'credentials' ? error.reason : undefined;
    return { code, message: (reason && credentialsAdvice[reason]) ?? advice[code] ?? message };
  }
  return { code: 'connection', message: 'The server did not answer.' };
}

const credentialsAdvice: Record<string, string> = {
  missing: 'The server found no AWS credentials. Start it with AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK set.',
  expired: 'The AWS credentials of the server have expired. Sign in again, for example by aws sso login, and retry.',
  wrong: 'AWS does not know the credentials of the server. Look at its AWS_PROFILE or its keys.',
  clock: 'The clock of the server is wrong, so AWS refuses what it signs.',
};

const advice: Record<string, string> = {
  exhausted: 'Every model in every region was tried. Repair something at the side, and retry.',
  throttled: 'The quota is used up. Wait a moment, and retry.',
  credentials: 'The server has no valid AWS credentials.',
  access_denied: 'The AWS account of the server may not use these models.',
  too_large: 'The conversation is too large for one request. Take a file out, or start anew.',
};

function change(id: string, patch: Partial<AssistantTurn>): void {
  turns.value = turns.value.map((turn) => (turn.id === id ? ({ ...turn, ...patch } as ChatTurn) : turn));
}
