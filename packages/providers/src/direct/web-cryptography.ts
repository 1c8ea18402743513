import type { Cryptography } from './sign.ts';

/** The platform's own, there is in every browser. */
export const webCryptography: Cryptography = {
  hash: async (data) => hexOf(await crypto.subtle.digest('SHA-256', bytesOf(data))),
  hmac,
  hmacHex: async (key, text) => hexOf(await hmac(key, text)),
};

async function hmac(secret: string | Uint8Array, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', bytesOf(secret), algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytesOf(text)));
}

const algorithm = { name: 'HMAC', hash: 'SHA-256' };
const utf8 = new TextEncoder();

function bytesOf(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof data === 'string' ? utf8.encode(data) : (data as Uint8Array<ArrayBuffer>);
}

function hexOf(bytes: ArrayBuffer | Uint8Array): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
