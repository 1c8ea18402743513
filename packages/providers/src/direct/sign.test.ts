import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeCryptography } from './node/node-cryptography.ts';
import { createSign, type Signer, type Unsigned } from './sign.ts';
import { encoded, queryOf } from './uri.ts';
import { webCryptography } from './web-cryptography.ts';

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
// What an object holds under the name of its prototype is no parameter to either of the two.
const parameter = fc.oneof(word, fc.constantFrom('a', 'a-b', 'a b')).filter((name) => name !== '__proto__');
const region = fc.constantFrom('us-east-1', 'eu-west-2', 'us-gov-west-1');
const credentials = fc.record({
  accessKeyId: fc.stringMatching(/^AKIA[A-Z\d]{16}$/),
  secretAccessKey: fc.string({ minLength: 1, maxLength: 150 }),
  sessionToken: fc.option(fc.stringMatching(/^[\w+/=]{1,40}$/), { nil: undefined }),
});
const asked = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  labels: fc.array(fc.oneof(word, fc.constantFrom('.', '..', '', "!'()*~", 'a:b/c')), { maxLength: 4 }),
  query: fc.dictionary(parameter, word, { maxKeys: 3, noNullPrototype: true }),
  headers: fc.dictionary(
    fc.stringMatching(/^x-amzn-bedrock-[a-z\d-]{1,12}$/),
    fc.oneof(word, fc.constantFrom(' a  b ', '\ta\t\tb', '')),
    { maxKeys: 3, noNullPrototype: true },
  ),
  body: fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), { nil: undefined }),
});
const at = fc.integer({ min: 0, max: Date.UTC(2099, 0) });

test.each([
  ["Node's cryptography", nodeCryptography],
  ["a browser's cryptography", webCryptography],
])('signs as the signer of AWS does, with %s', async (_, cryptography) => {
  // One for all cases, so that its keys of other days, regions and secrets would be found out.
  const sign = createSign(cryptography);
  await fc.assert(
    fc.asyncProperty(asked, credentials, region, at, async ({ labels, query, headers, ...rest }, who, where, when) => {
      const signer: Signer = { credentials: who, region: where, at: when };
      const path = `/${labels.map(encoded).join('/')}/converse`;
      const whole = { ...headers, host: 'bedrock.example' };
      const unsigned: Unsigned = { ...rest, path, query: queryOf(query), headers: whole };
      expect(await sign(unsigned, signer)).toEqual(await asAws({ ...rest, path, query, headers: whole }, signer));
    }),
  );
});

test('the key of a day is not made again', async () => {
  let made = 0;
  const sign = createSign({
    ...nodeCryptography,
    hmac(key, text) {
      made += 1;
      return nodeCryptography.hmac(key, text);
    },
  });
  const request: Unsigned = { method: 'POST', path: '/', query: '', headers: {}, body: undefined };
  const who = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
  const noon = Date.UTC(2026, 10, 26, 12);
  for (const hours of [0, 1, 2, 13]) {
    await sign(request, { credentials: who, region: 'us-east-1', at: noon + hours * 3_600_000 });
  }
  expect(made).toBe(8);
});

async function asAws(
  { path, query, headers, method, body }: Omit<Unsigned, 'query'> & { query: Record<string, string> },
  { credentials, region, at }: Signer,
) {
  const { sessionToken, ...keys } = credentials;
  const signer = new SignatureV4({
    service: 'bedrock',
    region,
    sha256: Hash,
    credentials: { ...keys, ...(sessionToken && { sessionToken }) },
  });
  const address = { protocol: 'https:', hostname: 'bedrock.example', path };
  const signed = await signer.sign({ ...address, method, query, headers, body }, { signingDate: new Date(at) });
  return signed.headers;
}

/** The hash that AWS's signer asks for. */
class Hash {
  readonly #secret: string | Uint8Array | undefined;
  #data: string | Uint8Array = '';
  constructor(secret?: unknown) {
    this.#secret = secret as string | Uint8Array | undefined;
  }
  update(data: unknown): void {
    this.#data = data as string | Uint8Array;
  }
  async digest(): Promise<Uint8Array> {
    if (this.#secret === undefined) return Buffer.from(await nodeCryptography.hash(this.#data), 'hex');
    return nodeCryptography.hmac(this.#secret, this.#data as string);
  }
  reset(): void {}
}
