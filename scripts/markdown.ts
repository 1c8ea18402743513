/** A fenced block: what stands behind the opening fence, the line of that fence (from 1), and what is inside. */
export type FencedBlock = { info: string; line: number; code: string };

/** The fenced blocks of a Markdown text, in order. */
export function fencedBlocks(markdown: string): FencedBlock[] {
  return split(markdown).blocks;
}

/** The same text with every line of a fenced block empty, so that line numbers stay. */
export function withoutFencedBlocks(markdown: string): string {
  return split(markdown).prose.join('\n');
}

function split(markdown: string): { blocks: FencedBlock[]; prose: string[] } {
  const blocks: FencedBlock[] = [];
  const prose: string[] = [];
  let open: { indent: string; fence: string; block: FencedBlock } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(line);
    const [, indent = '', marks = '', info = ''] = fence ?? [];
    if (open === undefined && fence !== null) {
      open = { indent, fence: marks, block: { info: info.trim(), line: index + 1, code: '' } };
    } else if (open !== undefined && marks.startsWith(open.fence) && info.trim() === '') {
      blocks.push(open.block);
      open = undefined;
    } else if (open !== undefined) {
      open.block.code += `${line.startsWith(open.indent) ? line.slice(open.indent.length) : line}\n`;
    } else {
      prose.push(line);
      continue;
    }
    prose.push('');
  }
  return { blocks, prose };
}
