import type { ContentBlock, ToolResultBlock, ToolResultContent } from '@outcrop/converse';
import type { Place } from './findings.ts';
import type { FilePart } from './media/file-part.ts';
import type { Reading } from './media/read-file.ts';
import { plainCopy } from './plain-copy.ts';

/** What one call of an `add` method noted down: a block that is ready, a file to read, or a tool's result of both. */
export type Part =
  | Piece<ContentBlock>
  | { toolResult: Omit<ToolResultBlock, 'content'>; pieces: Piece<ToolResultContent>[] };

/** A block that is ready, or a file that becomes one. */
export type Piece<Block> = { block: Block } | { file: FilePart };

/** The key of the block that it becomes, or `file` where only its content will tell. */
export function kindOf(part: Part): string {
  if ('toolResult' in part) return 'toolResult';
  return 'block' in part ? Object.keys(part.block).join() : (part.file.kind ?? 'file');
}

/** Makes the block of a part; `undefined` where a problem stands in the way, which is in the report then. */
export async function blockOf(part: Part, place: Place, reading: Reading): Promise<ContentBlock | undefined> {
  if ('block' in part) return plainCopy(part.block, place.path);
  // Loaded here and not above: a page that adds no file never downloads it.
  const { readFile } = await import('./media/read-file.ts');
  if ('file' in part) return readFile(part.file, place, reading);
  const content: ToolResultContent[] = [];
  for (const [index, piece] of part.pieces.entries()) {
    const path = `${place.path}.toolResult.content[${index}]`;
    const block =
      'block' in piece ? plainCopy(piece.block, path) : await readFile(piece.file, { ...place, path }, reading);
    // No method puts sound in here, which is all that the one has and the other has not.
    if (block !== undefined) content.push(block as ToolResultContent);
  }
  return { toolResult: { ...plainCopy(part.toolResult, place.path), content } };
}
