import { textOf } from '@outcrop/converse';
import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { SwitchPanel } from '../failover/switch-panel.tsx';
import { Timeline } from '../failover/timeline.tsx';
import { switches } from '../setup.ts';
import { AssistantView } from './assistant-view.tsx';
import { attach, attachBlocks } from './attachments.ts';
import { Composer, draft } from './composer.tsx';
import { isAnswering, say, takeBack, turns } from './conversation.ts';
import { factsOf } from './media-facts.ts';
import type { AssistantTurn } from './turns.ts';
import { UserView } from './user-view.tsx';

const isDragging = signal(false);

/** The conversation, and beside it what breaks Bedrock and what that did to the newest reply. */
export function ChatView() {
  useEffect(takeDrops, []);
  return (
    <div class="chat">
      <section class="conversation" aria-label="Conversation">
        <Turns />
        <Composer />
      </section>
      <aside class="side" aria-label="Fail-over">
        <details open={!matchMedia('(max-width: 900px)').matches}>
          <summary>
            <h2>Break it</h2>
          </summary>
          {switches.value && <p class="quiet">Switch something off while a reply comes. It arrives all the same.</p>}
          <SwitchPanel />
          <h2>Attempts of the newest reply</h2>
          <NewestTimeline />
        </details>
      </aside>
      {isDragging.value && <div class="drop">Drop files to attach them</div>}
    </div>
  );
}

function Turns() {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const all = turns.value;
  useEffect(() => {
    if (isAtEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [all]);

  function onScroll(): void {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = list.current ?? {};
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < 60;
  }

  return (
    <div class="turns" ref={list} onScroll={onScroll} role="log" aria-label="Messages" aria-busy={isAnswering.value}>
      {all.length === 0 ? <Welcome /> : null}
      {all.map((turn, index) => {
        if (turn.type === 'user') return <UserView key={turn.id} turn={turn} onEdit={edit} />;
        if (turn.type === 'tools') return null;
        return <AssistantView key={turn.id} turn={turn} results={all[index + 1]} />;
      })}
    </div>
  );
}

const suggestions = [
  ['Look up gneiss', 'a tool is called'],
  ['How old is this gneiss, and why?', 'the model thinks first'],
  ['Show me some code', 'with highlighting'],
  ['Tell me the whole story', 'long enough to break it'],
] as const;

function Welcome() {
  return (
    <div class="welcome">
      <h1>Where Bedrock comes to the surface</h1>
      <p>
        Ask something, drop a file, and switch a region off while the answer comes. Nothing leaves this machine unless
        you started with <code class="word">--aws</code>.
      </p>
      <div class="suggestions">
        {suggestions.map(([text, about]) => (
          <button key={text} type="button" onClick={() => say({ role: 'user', content: [{ text }] })}>
            {text}
            <small>{about}</small>
          </button>
        ))}
      </div>
    </div>
  );
}

function NewestTimeline() {
  const newest = turns.value.findLast((turn): turn is AssistantTurn => turn.type === 'assistant');
  const nowMs = useElapsedMs(newest?.state === 'streaming' ? newest.askedAt : undefined);
  if (newest === undefined || newest.steps.length === 0) return <p class="quiet">There is none yet.</p>;
  return <Timeline steps={newest.steps} nowMs={nowMs} />;
}

/** How long it has been, ten times a second; `undefined` when there is nothing to wait for. */
function useElapsedMs(since: number | undefined): number | undefined {
  const [nowMs, setNowMs] = useState(0);
  useEffect(() => {
    if (since === undefined) return;
    const look = () => setNowMs(performance.now() - since);
    const timer = setInterval(look, 100);
    look();
    return () => clearInterval(timer);
  }, [since]);
  return since === undefined ? undefined : nowMs;
}

function edit(id: string): void {
  const turn = takeBack(id);
  if (turn === undefined) return;
  draft.value = textOf(turn.message);
  attachBlocks(
    turn.message.content.filter((block) => factsOf(block)),
    turn.fileNames,
  );
  document.getElementById('message')?.focus();
}

/** Files may be dropped anywhere on the page. */
function takeDrops(): () => void {
  const leaving = new AbortController();
  addEventListener('dragover', onDragOver, leaving);
  addEventListener('dragleave', onDragLeave, leaving);
  addEventListener('drop', onDrop, leaving);
  return () => leaving.abort();
}

function onDragOver(event: DragEvent): void {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  isDragging.value = true;
}

function onDragLeave({ relatedTarget }: DragEvent): void {
  if (relatedTarget === null) isDragging.value = false;
}

function onDrop(event: DragEvent): void {
  event.preventDefault();
  isDragging.value = false;
  attach(event.dataTransfer?.files ?? []);
}
