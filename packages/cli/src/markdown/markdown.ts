import { marked, type Token, type Tokens } from 'marked';
import wrapAnsi from 'wrap-ansi';
import { layOut } from '../table.ts';
import type { Style } from '../terminal.ts';
import { renderInline } from './inline.ts';

/** How Markdown is shown. */
export type MarkdownLook = { columns: number; style: Style };

/** Markdown as text for a terminal, with no line break at its end. */
export function renderMarkdown(markdown: string, look: MarkdownLook): string {
  return blocks(marked.lexer(markdown), look).join('\n');
}

/**
 * Where a text that is still being written can be parted: what stands before is whole blocks, and nothing that is
 * still to come changes them.
 */
export function settledLength(markdown: string): number {
  const tokens = marked.lexer(markdown);
  const open = tokens.findLastIndex(({ type }) => type !== 'space');
  const before = tokens.findLastIndex(({ type }, at) => at < open && type !== 'space');
  const goesOn = tokens[before]?.type === 'list' && maybeItem.test(tokens[open]?.raw ?? '');
  return tokens.slice(0, Math.max(0, goesOn ? before : open)).reduce((length, { raw }) => length + raw.length, 0);
}

// What may still become the next item of the list before it.
const maybeItem = /^\s*(\d{1,9}[.)]?|[-*+])?\s*$/;

/** The lines of blocks, with an empty one between two. */
function blocks(tokens: readonly Token[], look: MarkdownLook): string[] {
  const shown = tokens.filter(({ type }) => type !== 'space' && type !== 'def').map((token) => block(token, look));
  return shown.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function block(token: Token, look: MarkdownLook): string[] {
  const { style, columns } = look;
  switch (token.type) {
    case 'heading':
      return wrapped(
        style(token['depth'] === 1 ? ['bold', 'underline'] : 'bold', renderInline(token.tokens, style)),
        look,
      );
    case 'code':
      return codeBlock(token as Tokens.Code, look);
    case 'list':
      return list(token as Tokens.List, look);
    case 'blockquote':
      return blocks(token.tokens ?? [], narrower(look, 2)).map((line) => `${style('dim', '│')} ${line}`);
    case 'table':
      return table(token as Tokens.Table, look);
    case 'hr':
      return [style('dim', '─'.repeat(Math.min(columns, 40)))];
    case 'html':
      return wrapped(token.raw.trimEnd(), look);
    default:
      return wrapped('tokens' in token ? renderInline(token.tokens, style) : token.raw, look);
  }
}

/** Not wrapped: a line of code that is copied has to stay one. */
function codeBlock({ text, lang }: Tokens.Code, { style }: MarkdownLook): string[] {
  const name = lang ? [style('dim', `  ${lang}`)] : [];
  return [...name, ...text.split('\n').map((line) => `  ${style('cyan', line)}`)];
}

function list({ items, ordered, start, loose }: Tokens.List, look: MarkdownLook): string[] {
  const last = Number(start || 1) + items.length - 1;
  const width = ordered ? String(last).length + 2 : 2;
  return items.flatMap((item, index) => {
    const mark = ordered ? `${Number(start || 1) + index}.`.padEnd(width) : '• ';
    const lines = itemLines(item, narrower(look, width));
    const gap = loose && index > 0 ? [''] : [];
    return [...gap, ...lines.map((line, at) => (at === 0 ? look.style('cyan', mark) : ' '.repeat(width)) + line)];
  });
}

function itemLines({ tokens, task, checked, loose }: Tokens.ListItem, look: MarkdownLook): string[] {
  const content = tokens.filter(({ type }) => type !== 'checkbox');
  const lines = loose
    ? blocks(content, look)
    : content.filter(({ type }) => type !== 'space').flatMap((each) => block(each, look));
  const [head = '', ...rest] = lines;
  return task ? [`${checked ? '☑' : '☐'} ${head}`, ...rest] : [head, ...rest];
}

function table({ header, rows, align }: Tokens.Table, { columns, style }: MarkdownLook): string[] {
  const cells = (row: Tokens.TableCell[]) => row.map(({ tokens }) => renderInline(tokens, style));
  const head = header.map(({ tokens }) => style('bold', renderInline(tokens, style)));
  return layOut([head, ...rows.map(cells)], { columns, align, rule: (line) => style('dim', line) });
}

function wrapped(text: string, { columns }: MarkdownLook): string[] {
  return wrapAnsi(text, columns, { hard: true, trim: true }).split('\n');
}

function narrower({ columns, style }: MarkdownLook, by: number): MarkdownLook {
  return { columns: Math.max(10, columns - by), style };
}
