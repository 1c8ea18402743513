import { isMessageBuilderError } from '@outcrop/message-builder';
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../icon.tsx';
import { setup } from '../setup.ts';
import { storedSignal } from '../stored.ts';
import { type Attachment, attach, attachments, detach, maxBytes } from './attachments.ts';
import { compose } from './compose.ts';
import { chooseModel, isAnswering, model, say, startAnew, stop, turns, usesTools } from './conversation.ts';
import { factsOf, sizeText } from './media-facts.ts';
import { Thumbnail } from './thumbnail.tsx';

/** What is being written; it survives a reload. */
export const draft = storedSignal('draft', '', (value) => typeof value === 'string');
const problems = signal<string[]>([]);

/** Where the user writes, and drops files. */
export function Composer() {
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const files = attachments.value;
  const isEmpty = draft.value.trim() === '' && files.length === 0;
  const isBlocked = files.some(({ state }) => state === 'refused');

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isAnswering.value || isEmpty || isBlocked) return;
    problems.value = [];
    try {
      const message = await compose(
        draft.value,
        files,
        turns.value.map((turn) => turn.message),
      );
      draft.value = '';
      attachments.value = [];
      await say(
        message,
        files.map(({ name }) => name),
      );
      field.current?.focus();
    } catch (error) {
      if (!isMessageBuilderError(error)) throw error;
      problems.value = error.problems.map(({ message }) => message);
    }
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && isAnswering.value) stop();
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    submit(event);
  }

  return (
    <form class="composer" onSubmit={submit} aria-label="New message">
      {files.length > 0 && (
        <ul class="attachments" aria-label="Files to be sent">
          {files.map((file) => (
            <AttachmentCard key={file.id} attachment={file} />
          ))}
        </ul>
      )}
      {problems.value.length > 0 && (
        <ul class="problems" role="alert">
          {problems.value.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <label class="hidden" for="message">
        Message
      </label>
      <textarea
        id="message"
        ref={field}
        rows={1}
        value={draft.value}
        placeholder="Ask about a rock, or drop a picture, a PDF, a spreadsheet or a video …"
        onInput={({ currentTarget }) => {
          draft.value = currentTarget.value;
        }}
        onKeyDown={onKey}
        onPaste={({ clipboardData }) => attach(clipboardData?.files ?? [])}
      />
      <div class="row">
        <button type="button" class="plain" onClick={() => picker.current?.click()} title="Attach files">
          <Icon name="attach" />
          <span class="hidden">Attach files</span>
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label="Files"
          onChange={({ currentTarget }) => {
            attach(currentTarget.files ?? []);
            currentTarget.value = '';
          }}
        />
        <label>
          <span class="hidden">Model</span>
          <select value={model.value} onChange={({ currentTarget }) => chooseModel(currentTarget.value)}>
            {(setup.value?.models ?? []).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label class="switch" title="The model may look rocks up in the collection">
          <input
            type="checkbox"
            role="switch"
            aria-checked={usesTools.value}
            checked={usesTools.value}
            onChange={({ currentTarget }) => {
              usesTools.value = currentTarget.checked;
            }}
          />
          <span>Tools</span>
        </label>
        <span class="spring" />
        <button
          type="button"
          class="plain"
          disabled={turns.value.length === 0}
          onClick={startAnew}
          title="New conversation"
        >
          <Icon name="anew" />
          <span class="hidden">New conversation</span>
        </button>
        {isAnswering.value ? (
          <button type="button" class="primary round" onClick={stop} title="Stop (Escape)">
            <Icon name="stop" />
            <span class="hidden">Stop</span>
          </button>
        ) : (
          <button type="submit" class="primary round" disabled={isEmpty || isBlocked} title="Send (Enter)">
            <Icon name="send" />
            <span class="hidden">Send</span>
          </button>
        )}
      </div>
    </form>
  );
}

function AttachmentCard({ attachment }: { attachment: Attachment }) {
  const { id, name, size, state, block, notes } = attachment;
  const facts = block && factsOf(block);
  const limit = facts && maxBytes[facts.kind];
  return (
    <li class={`attachment ${state}`}>
      {facts ? (
        <Thumbnail kind={facts.kind} format={facts.format} bytes={facts.bytes} />
      ) : (
        <Thumbnail kind="document" format={state === 'checking' ? '…' : '?'} />
      )}
      <span class="about">
        <b>{name}</b>
        <small>
          {facts ? `${facts.format} ${facts.kind} · ` : ''}
          {sizeText(size)}
          {limit ? ` of ${sizeText(limit)}` : ''}
        </small>
        {limit && <meter min={0} max={limit} high={limit * 0.8} value={size} aria-label="Share of the size limit" />}
        {notes.map((note) => (
          <small key={note} class="note">
            {note}
          </small>
        ))}
      </span>
      <button type="button" class="plain" onClick={() => detach(id)} title={`Remove ${name}`}>
        <Icon name="close" />
        <span class="hidden">Remove {name}</span>
      </button>
    </li>
  );
}
