import { anyObject, type Check, number, object, optional, text } from '../check.ts';
import type { Credential } from './credentials.ts';

type KeyPair = Extract<Credential, { accessKeyId: string }>;
type BearerKey = Extract<Credential, { bearerToken: string }>;

const expiresAt = optional(number(0));

const keyPair = object<KeyPair>({ accessKeyId: text, secretAccessKey: text, sessionToken: optional(text), expiresAt }, [
  'accessKeyId',
  'secretAccessKey',
]);

const bearerKey = object<BearerKey>({ bearerToken: text, expiresAt }, ['bearerToken']);

/** A credential out of code or a file. Throws a TypeError that says what is wrong and where, and no secret. */
export const readCredential: Check<Credential> = (value, path) =>
  'bearerToken' in anyObject(value, path) ? bearerKey(value, path) : keyPair(value, path);
