/**
 * Where a file's bytes can be had: in memory, in a `Blob` or `File`, or from a place of your own ({@link FileSource}).
 * Bytes in memory are never copied; a `Blob` is read when the message is built.
 */
export type Bytes = Uint8Array | ArrayBuffer | Blob | FileSource;

/** A file that is looked at, and read, when the message is built. `@outcrop/message-builder/node` makes them of paths. */
export type FileSource = {
  /** Its extension helps detection, and it becomes a document's name. */
  readonly filename?: string | undefined;
  /** Such as `text/csv`: helps detection where no file name does. */
  readonly mediaType?: string | undefined;
  /** How large it is, if that is known before it is opened: for display. */
  readonly sizeBytes?: number | undefined;
  /** Tells the size without reading, or why the file cannot be had. */
  open(): Promise<OpenedFile | FileTrouble>;
};

/** A file that is there. */
export type OpenedFile = {
  sizeBytes: number;
  /** Its bytes, or what is in the way of them. */
  read(): Promise<Uint8Array | FileTrouble>;
};

/** A file that is not. */
export type FileTrouble = {
  code: 'missing_file' | 'not_a_file' | 'no_permission' | 'unreadable_file' | 'invalid_base64';
  /** Its full path, or the reason. */
  detail?: string | undefined;
  cause?: unknown;
};

/** Makes one kind of source of everything that holds bytes, or throws a `TypeError` that says what was given instead. */
export function sourceFrom(value: unknown): FileSource {
  const tag = tagOf(value);
  if (tag === 'Blob' || tag === 'File') return blobSource(value as Blob);
  const bytes = bytesFrom(value);
  if (bytes !== undefined) return memorySource(bytes);
  if (typeof (value as Partial<FileSource> | undefined)?.open === 'function') return value as FileSource;
  throw unexpected(value, 'Bytes, a Blob or a File (for strings: addDataUrl, addBase64, or addLocalFile of /node)');
}

/** The bytes as a plain `Uint8Array` over the same memory: a `Buffer` has a JSON form of its own, which is in the way. */
export function bytesFrom(value: unknown): Uint8Array | undefined {
  const tag = tagOf(value);
  if (tag === 'ArrayBuffer') return new Uint8Array(value as ArrayBuffer);
  if (tag !== 'Uint8Array') return undefined;
  const bytes = value as Uint8Array;
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What to throw at a value of the wrong type. The stack says which method it was given to. */
export function unexpected(value: unknown, expected: string): TypeError {
  const tag = typeof (value as PromiseLike<unknown> | undefined)?.then === 'function' ? 'Promise' : tagOf(value);
  return new TypeError(`${expected} expected, but got ${tag}.${hints[tag] ?? ''}`);
}

const hints: Record<string, string> = {
  Promise: ' Is an await missing?',
  FileList: ' Add its files one by one.',
  Response: ' Give its await blob().',
};

/** The class of a built-in object, also of one from another realm (a frame, a test's DOM). */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function memorySource(bytes: Uint8Array): FileSource {
  const sizeBytes = bytes.length;
  return { sizeBytes, open: async () => ({ sizeBytes, read: async () => bytes }) };
}

function blobSource(blob: Blob): FileSource {
  const { size: sizeBytes, type: mediaType } = blob;
  const read = async () => new Uint8Array(await blob.arrayBuffer());
  const filename = (blob as Partial<File>).name;
  return { filename, mediaType, sizeBytes, open: async () => ({ sizeBytes, read }) };
}
