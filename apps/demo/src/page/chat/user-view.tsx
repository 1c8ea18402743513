import { textOf } from '@outcrop/converse';
import { Icon } from '../icon.tsx';
import { isAnswering } from './conversation.ts';
import { factsOf, sizeText } from './media-facts.ts';
import { Thumbnail } from './thumbnail.tsx';
import type { UserTurn } from './turns.ts';

/** What the user said, as it was written. */
export function UserView({ turn, onEdit }: { turn: UserTurn; onEdit: (id: string) => void }) {
  const files = turn.message.content.flatMap((block) => factsOf(block) ?? []);
  return (
    <article class="turn user" aria-label="You">
      {files.length > 0 && (
        <ul class="attachments">
          {files.map((facts, index) => (
            <li key={index} class="attachment">
              <Thumbnail kind={facts.kind} format={facts.format} bytes={facts.bytes} />
              <span class="about">
                <b>{turn.fileNames[index] ?? facts.name}</b>
                <small>
                  {facts.format} · {sizeText(facts.bytes?.length ?? 0)}
                </small>
              </span>
            </li>
          ))}
        </ul>
      )}
      <p class="said">{textOf(turn.message, { join: '\n' })}</p>
      <div class="actions">
        <button type="button" class="plain" disabled={isAnswering.value} onClick={() => onEdit(turn.id)} title="Edit">
          <Icon name="edit" />
          <span class="hidden">Edit this message</span>
        </button>
      </div>
    </article>
  );
}
