import {
  type ContentBlock,
  type DocumentBlock,
  documentName,
  isDocumentName,
  type MediaSource,
} from '@outcrop/converse';
import { herePath, type Run, warn } from './run.ts';

/** Images, documents, videos and sounds: whether the model takes them, how many there are, and how large. */
export function prepareMedia(block: ContentBlock, run: Run): ContentBlock {
  const { image, document, video, audio } = block;
  if (document) return prepareDocument(block, document, run);
  if (image) run.seen.images++;
  if (video) run.seen.videos++;
  const media = image ?? video ?? audio;
  checkSupport(image ? 'image' : video ? 'video' : 'audio', media?.source, run);
  return block;
}

function prepareDocument(block: ContentBlock, document: DocumentBlock, run: Run): ContentBlock {
  run.seen.documents++;
  if (document.citations?.enabled) run.seen.citations = true;
  checkSupport('document', document.source as MediaSource | undefined, run);
  // They are far too many, and each name is looked for among all others.
  if (run.seen.documents > 1_000) return block;
  run.documentNames ??= new Set();
  const name = nameFor(document.name, run.documentNames);
  run.documentNames.add(name);
  if (name === document.name) return block;
  warn(run, 'document_renamed', `${herePath(run)}.document.name`);
  return { document: { ...document, name } };
}

/** In the order of the conversation, so that a document never gets another name because of what comes later. */
function nameFor(name: string, taken: ReadonlySet<string>): string {
  if (typeof name !== 'string') return documentName('', taken);
  if (isDocumentName(name) && name.trim() !== '' && !taken.has(name)) return name;
  // A name is no path, and `1.2` at its end no extension.
  return documentName(name.slice(-1_000).replace(/[/\\]|\.(?=\d+$)/g, '-'), taken);
}

const takenFor = { image: 'pictures', document: 'documents', video: 'videos', audio: 'sound' } as const;

function checkSupport(kind: keyof typeof takenFor, source: MediaSource | undefined, run: Run): void {
  const { input } = run.traits;
  run.seen.bytes += source?.bytes?.length ?? 0;
  if (input?.[kind] === false) {
    run.unsupported.push({ feature: kind, path: herePath(run), message: `the model takes no ${takenFor[kind]}.` });
  } else if (input?.s3 === false && source?.s3Location) {
    const message = 'the model does not read from S3: give the bytes.';
    run.unsupported.push({ feature: 's3Location', path: herePath(run), message });
  }
}
