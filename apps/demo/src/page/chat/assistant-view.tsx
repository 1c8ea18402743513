import type { Citation, ContentBlock, ToolResultBlock } from '@outcrop/converse';
import { signal } from '@preact/signals';
import { duration } from '../failover/timeline.tsx';
import { Icon } from '../icon.tsx';
import { setup } from '../setup.ts';
import { isAnswering, model, retry, turns, usesTools } from './conversation.ts';
import { Markdown } from './markdown.tsx';
import { requestCode } from './request-code.ts';
import type { AssistantTurn, ChatTurn } from './turns.ts';

/** A reply: what the model thought, said and asked for, and how it came about. */
export function AssistantView({ turn, results }: { turn: AssistantTurn; results?: ChatTurn | undefined }) {
  const { message, state, error, warnings = [], dropped = 0 } = turn;
  const found = results?.type === 'tools' ? results.message.content.flatMap(({ toolResult }) => toolResult ?? []) : [];
  const isEmpty = message.content.length === 0;
  return (
    <article class="turn assistant" aria-label="Reply" data-state={state}>
      {message.content.map((block, index) => (
        <Block key={index} block={block} results={found} isLast={index === message.content.length - 1} state={state} />
      ))}
      {isEmpty && state === 'streaming' && <p class="waiting">Waiting for the first word …</p>}
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
      <footer>
        <Facts turn={turn} />
        <Actions turn={turn} />
      </footer>
    </article>
  );
}

type BlockProps = { block: ContentBlock; results: ToolResultBlock[]; isLast: boolean; state: AssistantTurn['state'] };

function Block({ block, results, isLast, state }: BlockProps) {
  const { text, reasoningContent, toolUse, citationsContent } = block;
  const isComing = isLast && state === 'streaming';
  if (text !== undefined) return <Markdown text={text} isComing={isComing} />;
  if (reasoningContent) {
    return (
      <details class="reasoning">
        <summary>{isComing ? 'Thinking …' : 'What it thought'}</summary>
        <p>{reasoningContent.reasoningText?.text ?? 'It is not shown by the model.'}</p>
      </details>
    );
  }
  if (toolUse) {
    const result = results.find(({ toolUseId }) => toolUseId === toolUse.toolUseId);
    return <ToolView name={toolUse.name} input={toolUse.input} result={result} />;
  }
  if (citationsContent) {
    const { content = [], citations = [] } = citationsContent;
    return (
      <>
        <Markdown text={content.map((piece) => piece.text).join('')} isComing={isComing} />
        <Citations citations={citations} />
      </>
    );
  }
  return null;
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

function Actions({ turn }: { turn: AssistantTurn }) {
  const { id, state } = turn;
  if (state === 'streaming') return null;
  const { models = [], regions = [], toolConfig } = setup.value ?? {};

  async function copyCode(): Promise<void> {
    const before = turns.value.slice(
      0,
      turns.value.findIndex((each) => each.id === id),
    );
    const order = [model.value, ...models.filter((name) => name !== model.value)];
    const messages = before.map(({ message }) => message);
    const code = requestCode({ models: order, regions, messages, ...(usesTools.value && { toolConfig }) });
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
