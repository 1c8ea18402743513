import { type ContentBlock, ConverseError, type ConverseRequest, converseLimits } from '@outcrop/converse';
import { pathOf, type Run } from './run.ts';

/** What Bedrock counts over the whole request. It counts no more here than it does there. */
export function checkLimits(request: ConverseRequest, run: Run): ConverseRequest {
  const { seen, problems, unsupported } = run;
  const isSmall =
    seen.images <= converseLimits.imagesPerRequest &&
    seen.documents <= converseLimits.documentsPerRequest &&
    seen.videos <= converseLimits.videosPerRequest &&
    4 * seen.bytes <= converseLimits.imageBytes;
  // What is wrong otherwise is said first: it may be what is too much.
  if (isSmall || problems.length > 0 || unsupported.length > 0) return request;

  const counts = { image: 0, document: 0, video: 0 };
  let bytes = 0;
  const count = (block: Media, path: () => string) => {
    for (const kind of ['image', 'document', 'video'] as const) {
      if (block[kind] === undefined) continue;
      if (++counts[kind] > most[kind]) tooLarge(`${path()} is one ${kind} too many`, counts[kind], most[kind]);
    }
    const { image, document } = block;
    const source = (image ?? document ?? block.video ?? block.audio)?.source;
    const length = source?.bytes?.length ?? 0;
    // Larger PDFs have been seen to pass.
    const largest = image
      ? converseLimits.imageBytes
      : document && document.format !== 'pdf'
        ? converseLimits.documentBytes
        : undefined;
    if (largest !== undefined && length > largest) tooLarge(`${path()} is too large, in bytes`, length, largest);
    bytes +=
      4 * Math.ceil(length / 3) +
      (block.text?.length ?? 0) +
      (block.reasoningContent?.reasoningText?.text?.length ?? 0);
  };
  for (const { text } of request.system ?? []) bytes += text?.length ?? 0;
  for (const message of request.messages ?? []) {
    for (const [index, block] of message.content.entries()) {
      const path = () => pathOf(run, message, index);
      count(block, path);
      for (const [at, piece] of block.toolResult?.content.entries() ?? []) {
        count(piece as Media, () => `${path()}.toolResult.content[${at}]`);
      }
    }
  }
  if (bytes > converseLimits.requestBytes) {
    tooLarge('the request, its files as base64, is too large, in bytes', bytes, converseLimits.requestBytes);
  }
  return request;
}

type Media = Partial<Pick<ContentBlock, 'image' | 'document' | 'video' | 'audio' | 'text' | 'reasoningContent'>>;

const most = {
  image: converseLimits.imagesPerRequest,
  document: converseLimits.documentsPerRequest,
  video: converseLimits.videosPerRequest,
} as const;

function tooLarge(what: string, size: number, limit: number): never {
  const start = what.charAt(0).toUpperCase() + what.slice(1);
  throw new ConverseError('too_large', `${start}: ${size}, where ${limit} is the most.`, { size, limit });
}
