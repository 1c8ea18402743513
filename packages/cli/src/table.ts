import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** How a table is laid out. */
export type TableLook = {
  /** How wide it may be. Cells that don't fit are wrapped. */
  columns: number;
  /** Of each column. @default left */
  align?: readonly ('left' | 'center' | 'right' | null | undefined)[] | undefined;
  /** Draws the line below the header. Without it there is none. */
  rule?: ((line: string) => string) | undefined;
};

const gap = 2;
const narrowest = 6;

/** The lines of a table whose first row is its header. */
export function layOut(rows: readonly (readonly string[])[], { columns, align = [], rule }: TableLook): string[] {
  const count = Math.max(0, ...rows.map(({ length }) => length));
  const widths = fitted(
    Array.from({ length: count }, (_, at) => Math.max(1, ...rows.map((row) => stringWidth(row[at] ?? '')))),
    columns - gap * (count - 1),
  );
  const lines = rows.map((row) => rowLines(row, widths, align));
  const [head = [], ...body] = lines;
  const line = rule ? [rule(widths.map((width) => '─'.repeat(width)).join(' '.repeat(gap)))] : [];
  return [...head, ...line, ...body.flat()];
}

/** Takes from the widest column until all fit, or none can give any more. */
function fitted(widths: number[], room: number): number[] {
  const result = [...widths];
  for (let over = sum(result) - room; over > 0; over--) {
    const at = result.indexOf(Math.max(...result));
    if ((result[at] ?? 0) <= narrowest) break;
    result[at] = (result[at] ?? 0) - 1;
  }
  return result;
}

function rowLines(row: readonly string[], widths: readonly number[], align: NonNullable<TableLook['align']>): string[] {
  const cells = widths.map((width, at) => wrapAnsi(row[at] ?? '', width, { hard: true, trim: true }).split('\n'));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, at) =>
    cells
      .map((lines, column) => padded(lines[at] ?? '', widths[column] ?? 0, align[column]))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

function padded(text: string, width: number, align: 'left' | 'center' | 'right' | null | undefined): string {
  const room = Math.max(0, width - stringWidth(text));
  const before = align === 'right' ? room : align === 'center' ? Math.floor(room / 2) : 0;
  return ' '.repeat(before) + text + ' '.repeat(room - before);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
