/** How many bytes are looked at from each end of a file. */
export const windowBytes = 64 * 1024;

/** The two ends of a file, of which the second is read only if asked for. */
export type Sample = {
  readonly head: Uint8Array;
  /** Both ends; `undefined` when a stream went on for so long that its end was not reached. */
  ends(): Promise<Ends | undefined>;
  /** Whether an end was asked for and not reached. */
  isCut(): boolean;
  close(): void;
};

/** The first and the last bytes of a file of `size` bytes. The two overlap when it is short. */
export type Ends = { readonly head: Uint8Array; readonly tail: Uint8Array; readonly size: number };

/** As much as is known of a file of which only the first bytes were read. */
export const headOnly = (head: Uint8Array): Ends => ({ head, tail: new Uint8Array(), size: Number.POSITIVE_INFINITY });

/** The bytes at an offset of the file, if they were looked at. */
export function bytesAt({ head, tail, size }: Ends, start: number, length: number): Uint8Array | undefined {
  const tailStart = size - tail.length;
  if (start < 0 || start + length > size) return undefined;
  if (start + length <= head.length) return head.subarray(start, start + length);
  if (start >= tailStart) return tail.subarray(start - tailStart, start - tailStart + length);
  if (start > head.length || tailStart > head.length) return undefined;
  const joined = new Uint8Array(length);
  joined.set(head.subarray(start));
  joined.set(tail.subarray(head.length - tailStart, start + length - tailStart), head.length - start);
  return joined;
}
