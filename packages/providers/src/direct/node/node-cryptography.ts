import { createHmac, hash } from 'node:crypto';
import type { Cryptography } from '../sign.ts';

/** Node's own, without a promise: to wait for one takes longer than the hash. */
export const nodeCryptography: Cryptography = {
  hash: (data) => hash('sha256', data),
  hmac: (key, text) => createHmac('sha256', key).update(text).digest(),
  hmacHex: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
};
