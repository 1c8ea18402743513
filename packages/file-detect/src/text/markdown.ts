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
  const hasHeading = lines.some((line, at) => heading.test(line) && isBlank(at - 1) && isBlank(at + 1));
  const isCode = count(code) > 0.3 * lines.filter((_, at) => !isBlank(at)).length;
  const score =
    2 * (Number(hasHeading) + Number(count(fence) >= 2) + Number(some(tableRule)) + Number(some(link))) +
    Number(count(listItem) >= 2) +
    Number(some(emphasis)) +
    Number(some(/^> /)) +
    Number(!hasHeading && some(heading));
  return count(fence) >= 2 ? score >= 3 : !isCode && (score >= 3 || hasHeading);
}
