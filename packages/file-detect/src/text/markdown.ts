const maxLines = 400;
// Longer ones are data rather than writing, and would make the patterns slow.
const maxLineLength = 1000;

const heading = /^#{1,6}\s+\S/;
const fence = /^ {0,3}(```|~~~)/;
const tableRule = /^\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?\s*$/;
const link = /\[[^\][]{1,200}\]\([^()\s]{1,300}/;
const listItem = /^\s*(?:[-*+]|\d{1,3}[.)])\s+\S/;
const emphasis = /\*\*[^\s*][^*]{0,200}\*\*|`[^`]{1,200}`/;
const code =
  /[;{}]\s*$|^\s*(?:import|from|def|class|function|const|let|var|return|export|package|use|fn)\b|^[\w.-]+\s*[:=]/;

/** Whether a text is written in Markdown: by what no other text has, or by several things that few have together. */
export function looksLikeMarkdown(text: string): boolean {
  const lines = text.split(/\r\n?|\n/, maxLines).filter((line) => line.length <= maxLineLength);
  const isBlank = (at: number) => (lines[at] ?? '').trim() === '';
  const some = (pattern: RegExp) => lines.some((line) => pattern.test(line));
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;

  // A comment in a script looks like a heading too, but seldom stands alone with nothing like code around it.
  const isComments = lines.some((line, at) => /^#/.test(line) && /^#/.test(lines[at + 1] ?? ''));
  const hasHeading = !isComments && lines.some((line, at) => heading.test(line) && isBlank(at - 1) && isBlank(at + 1));
  const isCode = some(/^\s*(?:\/\*|"""|''')/) || count(code) > 0.3 * lines.filter((_, at) => !isBlank(at)).length;
  const hasFences = count(fence) >= 2;
  // Each of these is seldom found elsewhere; of the others, which are, it takes one more.
  const marks = [hasHeading, hasFences, some(tableRule), some(link)].filter(Boolean).length;
  const hints = [count(listItem) >= 2, some(emphasis), some(/^> /), !isComments && some(heading)].filter(
    Boolean,
  ).length;
  const isMarkdown = marks >= 2 || (marks === 1 && hints >= 1);
  return hasFences ? isMarkdown : isMarkdown && !isCode;
}
