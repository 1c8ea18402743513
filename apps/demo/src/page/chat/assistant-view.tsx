import type { Citation, ToolResultBlock } from '@outcrop/converse';
import { signal } from '@preact/signals';
import { duration } from '../failover/timeline.tsx';
import { Icon } from '../icon.tsx';
import { setup } from '../setup.ts';
import { isAnswering, model, retry, turns, usesTools } from './conversation.ts';
import { Markdown } from './markdown.tsx';
import { partsOf, type ReplyPart } from './reply-parts.ts';
import { requestCode } from './request-code.ts';
import type { AssistantTurn, ChatTurn } from './turns.ts';

/** A reply: what the model thought, said and asked for, and how it came about. */
export function AssistantView({ turn, results }: { turn: AssistantTurn; results?: ChatTurn | undefined }) {
  const { message, state, error, warnings = [], dropped = 0 } = turn;
  const found = results?.type === 'tools' ? results.message.content.flatMap(({ toolResult }) => toolResult ?? []) : [];
  const parts = partsOf(message.content);
  return (
    <article class="turn assistant" aria-label="Reply" data-state={state}>
      {parts.map((part, index) => (
        <Part key={index} part={part} results={found} isComing={state === 'streaming' && index === parts.length - 1} />
      ))}
      {parts.length === 0 && state === 'streaming' && <p class="waiting">Waiting for the first word …</p>}
      {state === 'stopped' && <p class="note">Stopped. What had come is kept.</p>}
      {error && (
        <p class="problem" role="alert">
          <b>{error.code.replaceAll('_', ' ')}</b> {error.message}
        </p>
      )}
      {dropped > 0 && <p class="note">The oldest {dropped} messages were left out: the model has no room for them.</p>}
      {warnings.map(({ code, message: says }) => (
        <p key={code + says} class="note">
          {says}
        </p>
      ))}
      {state !== 'streaming' && (
        <footer>
          <Facts turn={turn} />
          <Actions turn={turn} />
        </footer>
      )}
    </article>
  );
}

type PartProps = { part: ReplyPart; results: ToolResultBlock[]; isComing: boolean };

function Part({ part, results, isComing }: PartProps) {
  switch (part.type) {
    case 'text':
      return (
        <>
          <Markdown text={part.text} isComing={isComing} />
          {part.citations.length > 0 && <Citations citations={part.citations} />}
        </>
      );
    case 'reasoning':
      return (
        <details class="reasoning">
          <summary>{isComing ? 'Thinking …' : 'What it thought'}</summary>
          <p>{part.text || 'The model does not show it.'}</p>
        </details>
      );
    case 'tool': {
      const { toolUseId, name, input } = part.toolUse;
      return <ToolView name={name} input={input} result={results.find((result) => result.toolUseId === toolUseId)} />;
    }
  }
}

type ToolProps = { name: string; input: unknown; result: ToolResultBlock | undefined };

function ToolView({ name, input, result }: ToolProps) {
  const state = result === undefined ? 'under way' : result.status === 'error' ? 'failed' : 'done';
  return (
    <details class="tool">
      <summary>
        <Icon name="tool" /> <code>{name}</code> <small>{state}</small>
      </summary>
      <h4>Input</h4>
      <pre>{JSON.stringify(input, null, 2)}</pre>
      {result && (
        <>
          <h4>Result</h4>
          <pre>{result.content.map(({ text, json }) => text ?? JSON.stringify(json, null, 2)).join('\n')}</pre>
        </>
      )}
    </details>
  );
}

function Citations({ citations }: { citations: readonly Citation[] }) {
  return (
    <ol class="citations" aria-label="Sources">
      {citations.map(({ title, source, sourceContent = [] }, index) => (
        <li key={index}>
          <b>{title ?? source ?? 'A source'}</b> <q>{sourceContent.map(({ text = '' }) => text).join(' ')}</q>
        </li>
      ))}
    </ol>
  );
}

function Facts({ turn }: { turn: AssistantTurn }) {
  const { servedBy, attempts = [], usage, cost, totalMs, state } = turn;
  if (state !== 'done' || !servedBy) return <span class="facts" />;
  const failed = attempts.length - 1;
  return (
    <span class="facts">
      <b>{servedBy.model}</b> in {servedBy.region}
      {failed > 0 && <em> after {failed === 1 ? 'another attempt' : `${failed} other attempts`}</em>}
      {totalMs !== undefined && ` · ${duration(totalMs)}`}
      {usage && ` · ${usage.totalTokens.toLocaleString('en')} tokens`}
      {cost?.status === 'priced' && ` · $${cost.usd.toFixed(5)}`}
    </span>
  );
}

const copied = signal('');

function Actions({ turn: { id } }: { turn: AssistantTurn }) {
  const { models = [], regions = [], toolConfig } = setup.value ?? {};

  async function copyCode(): Promise<void> {
    const before = turns.value.slice(
      0,
      turns.value.findIndex((each) => each.id === id),
    );
    const order = [model.value, ...models.filter((name) => name !== model.value)];
    const code = requestCode({ models: order, regions, turns: before, ...(usesTools.value && { toolConfig }) });
    await navigator.clipboard.writeText(code);
    copied.value = id;
  }

  return (
    <span class="actions">
      <button type="button" class="plain" onClick={copyCode} title="Copy the request as TypeScript">
        <Icon name={copied.value === id ? 'check' : 'code'} />
        <span class="hidden" aria-live="polite">
          {copied.value === id ? 'Copied' : 'Copy the request as TypeScript'}
        </span>
      </button>
      <button type="button" class="plain" disabled={isAnswering.value} onClick={() => retry(id)} title="Ask again">
        <Icon name="retry" />
        <span class="hidden">Ask again</span>
      </button>
    </span>
  );
}
