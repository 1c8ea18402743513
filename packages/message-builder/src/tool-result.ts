import type { ToolResultContent } from '@outcrop/converse';
import { checkedObject, checkedText } from './checked.ts';
import { type DocumentOptions, filePart, type ImageOptions, type VideoOptions } from './media/file-part.ts';
import type { MediaKind } from './media/formats.ts';
import type { Bytes } from './media/source.ts';
import type { Part, Piece } from './part.ts';
import { plainCopy } from './plain-copy.ts';

/** What came of a tool. Any of it may be left out; all of it together becomes one block. */
export type ToolResult = {
  /** The id of the tool use that it answers. */
  toolUseId: string;
  text?: string | undefined;
  /** An object: Bedrock takes neither lists nor bare values, so wrap them, as in `{ rows }`. */
  json?: object | undefined;
  images?: readonly (Bytes | WithBytes<ImageOptions>)[] | undefined;
  documents?: readonly (Bytes | WithBytes<DocumentOptions>)[] | undefined;
  videos?: readonly (Bytes | WithBytes<VideoOptions>)[] | undefined;
  /** Claude 3 and newer, and Nova, take it; others refuse the field. */
  status?: 'success' | 'error' | undefined;
};

/** A file with something to say about it, where a list takes both that and bare files. */
export type WithBytes<Options> = Options & { bytes: Bytes };

/** Notes down a tool's result, or throws a `TypeError` for what can be none. */
export function toolResultPart(result: ToolResult): Part {
  const { toolUseId, text, json, images = [], documents = [], videos = [], status } = result;
  checkedText(toolUseId, 'toolUseId');
  if (text !== undefined) checkedText(text, 'text');
  if (json !== undefined) checkedObject(json, 'json');
  const pieces: Piece<ToolResultContent>[] = [
    ...(text === undefined ? [] : [{ block: { text } }]),
    ...(json === undefined ? [] : [{ block: plainCopy({ json }, '') as ToolResultContent }]),
    ...images.map((image) => filePiece(image, 'image')),
    ...documents.map((document) => filePiece(document, 'document')),
    ...videos.map((video) => filePiece(video, 'video')),
  ];
  return { toolResult: { toolUseId, status }, pieces };
}

function filePiece(item: Bytes | WithBytes<DocumentOptions | ImageOptions | VideoOptions>, kind: MediaKind) {
  // A Blob has `bytes` too, but as a method.
  const said = typeof item === 'object' && item !== null && 'bytes' in item && typeof item.bytes !== 'function';
  const { bytes, ...options } = said ? (item as WithBytes<DocumentOptions>) : { bytes: item as Bytes };
  return { file: filePart(bytes, options, kind) };
}
