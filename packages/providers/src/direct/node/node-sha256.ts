import { createHmac, hash } from 'node:crypto';

/** SHA-256 and HMAC of Node, in the form that the signer wants. */
export class NodeSha256 {
  readonly #secret: Data | undefined;
  #data: Uint8Array | string = '';

  constructor(secret?: Data) {
    this.#secret = secret;
  }

  /** The signer hands in all there is at once, and then one call is much cheaper than a hash that grows. */
  update(data: Data): void {
    const more = bytesOf(data);
    this.#data = this.#data.length === 0 ? more : Buffer.concat([buffer(this.#data), buffer(more)]);
  }

  async digest(): Promise<Uint8Array> {
    if (this.#secret === undefined) return hash('sha256', this.#data, 'buffer');
    return createHmac('sha256', bytesOf(this.#secret)).update(this.#data).digest();
  }

  reset(): void {
    this.#data = '';
  }
}

type Data = string | ArrayBuffer | ArrayBufferView;

function bytesOf(data: Data): Uint8Array | string {
  if (typeof data === 'string') return data;
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}

function buffer(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : data;
}
