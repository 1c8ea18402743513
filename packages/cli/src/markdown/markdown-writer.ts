import { createLogUpdate } from 'log-update';
import { printable, type Screen } from '../terminal.ts';
import { renderMarkdown, settledLength } from './markdown.ts';

/** Shows a text while it is being written. */
export type TextWriter = {
  add(text: string): void;
  /** The text is whole, or nothing more of it comes. */
  end(): void;
};

const drawEveryMs = 40;
const widest = 100;

/**
 * Markdown on a terminal: blocks that are whole are printed for good, and the one that is being written is drawn anew
 * below them. Elsewhere the text goes through as it is.
 */
export function createTextWriter(screen: Screen): TextWriter {
  return screen.isDrawable ? createLiveWriter(screen) : createPlainWriter(screen);
}

function createPlainWriter({ write }: Screen): TextWriter {
  let last = '\n';
  return {
    add(text) {
      write(text);
      last = text.at(-1) ?? last;
    },
    end() {
      if (last !== '\n') write('\n');
    },
  };
}

function createLiveWriter(screen: Screen): TextWriter {
  const live = createLogUpdate(screen.stream as NodeJS.WriteStream, { showCursor: true });
  let open = '';
  let timer: NodeJS.Timeout | undefined;

  const look = () => ({ columns: Math.min(screen.columns(), widest), style: screen.style });

  function draw(): void {
    timer = undefined;
    const length = settledLength(open);
    if (length > 0) {
      live.clear();
      screen.write(`${renderMarkdown(open.slice(0, length), look())}\n\n`);
      open = open.slice(length);
    }
    live(renderMarkdown(open, look()));
  }

  return {
    add(text) {
      open += printable(text);
      timer ??= setTimeout(draw, drawEveryMs);
    },
    end() {
      clearTimeout(timer);
      live.clear();
      if (open.trim() !== '') screen.write(`${renderMarkdown(open, look())}\n`);
      open = '';
    },
  };
}
