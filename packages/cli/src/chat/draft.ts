/** A question that is being written, line by line. */
export type Draft = {
  /** Takes a line, and gives the question if that was the last one of it. */
  add(line: string): string | undefined;
  startPaste(): void;
  endPaste(): void;
  isEmpty(): boolean;
  clear(): void;
};

/** A question ends with a line that ends without `\` and was not pasted. */
export function createDraft(): Draft {
  let lines: string[] = [];
  let isPasting = false;
  return {
    add(line) {
      const goesOn = line.endsWith('\\') && !isPasting;
      lines.push(goesOn ? line.slice(0, -1) : line);
      if (goesOn || isPasting) return undefined;
      const question = lines.join('\n');
      lines = [];
      return question;
    },
    startPaste() {
      isPasting = true;
    },
    endPaste() {
      isPasting = false;
    },
    isEmpty: () => lines.length === 0,
    clear() {
      lines = [];
    },
  };
}
