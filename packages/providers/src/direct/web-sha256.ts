/** SHA-256 and HMAC of the platform's own cryptography, in the form that the signer wants. */
export class WebSha256 {
  readonly #secret: Uint8Array<ArrayBuffer> | undefined;
  #pieces: Uint8Array[] = [];

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? undefined : bytesOf(secret);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#pieces.push(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    const data = await new Blob(this.#pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer();
    if (this.#secret === undefined) return new Uint8Array(await crypto.subtle.digest('SHA-256', data));
    const key = await crypto.subtle.importKey('raw', this.#secret, algorithm, false, ['sign']);
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
  }

  reset(): void {
    this.#pieces = [];
  }
}

const algorithm = { name: 'HMAC', hash: 'SHA-256' };

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}
