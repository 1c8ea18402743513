import { createLogUpdate } from 'log-update';
import type { Screen } from '../terminal.ts';
import { endingLine, frameOf, lineOf } from './frame.ts';
import type { Standing } from './standing.ts';

/** Shows a run while it goes on. */
export type Display = {
  /** Says something that stays. */
  note(text: string): void;
  /** Says that the run comes to its end, because the user asked for it. */
  sayEnding(): void;
  /** Takes the display away: the last of it is the summary's. */
  close(): void;
};

const drawEveryMs = 100;
const lineEveryMs = 10_000;

/** Drawn anew ten times a second on a terminal, a line every ten seconds elsewhere. */
export function openDisplay(screen: Screen, standing: () => Standing): Display {
  return screen.isDrawable ? openLive(screen, standing) : openPlain(screen, standing);
}

function openLive(screen: Screen, standing: () => Standing): Display {
  const live = createLogUpdate(screen.stream as NodeJS.WriteStream);
  const refresh = () => {
    const columns = screen.columns();
    // A terminal may break a line that fills it.
    live(frameOf(standing(), { columns: columns - 1, style: screen.style }).join('\n'));
  };
  const timer = setInterval(refresh, drawEveryMs);
  refresh();
  return {
    // It stands in the frame.
    sayEnding: refresh,
    note(text) {
      live.clear();
      screen.write(`${text}\n`);
      refresh();
    },
    close() {
      clearInterval(timer);
      live.clear();
      // Brings the cursor back.
      live.done();
    },
  };
}

function openPlain(screen: Screen, standing: () => Standing): Display {
  const timer = setInterval(() => screen.write(`${lineOf(standing())}\n`), lineEveryMs);
  return {
    sayEnding: () => screen.write(`${endingLine(standing())}\n`),
    note: (text) => screen.write(`${text}\n`),
    close: () => clearInterval(timer),
  };
}
