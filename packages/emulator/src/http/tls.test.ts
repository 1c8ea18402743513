import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { request as requestHttps } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import { createEmulator, fault } from '@outcrop/emulator';
import { afterAll, expect, test } from 'vitest';

const tls = selfSigned();
const emulator = await createEmulator({ tls, respond: () => 'Granite.' });
afterAll(() => emulator.close());
const body = '{"messages":[{"role":"user","content":[{"text":"Which rock?"}]}]}';
const path = '/model/amazon.nova-lite-v1%3A0/converse';

test('names itself by https', () => {
  expect(emulator.url).toBe(`https://127.0.0.1:${emulator.port}`);
});

test.each([
  [['h2', 'http/1.1'], 'h2'],
  [['http/1.1'], 'http/1.1'],
])('agrees with a client that speaks %j on %s', async (ALPNProtocols, agreed) => {
  const socket = connect({ port: emulator.port, host: '127.0.0.1', ca: tls.cert, ALPNProtocols });
  await once(socket, 'secureConnect');
  expect(socket.alpnProtocol).toBe(agreed);
  socket.destroy();
});

test('serves HTTP/2', async () => {
  const session = connectHttp2(emulator.url, { ca: tls.cert });
  const stream = session.request({ ':method': 'POST', ':path': path });
  stream.end(body);
  const [headers] = await once(stream, 'response');
  expect(headers[':status']).toBe(200);
  session.destroy();
});

test('serves HTTP/1.1, many requests over one connection', async () => {
  for (let number = 0; number < 3; number++) expect(await post()).toBe(200);
});

test.each(['reset', 'session_drop'] as const)('breaks a connection with TLS off, too: %s', async (name) => {
  emulator.when().reply(fault(name));
  await expect(post()).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('hangs up on who speaks no TLS, and goes on', async () => {
  const socket = connectPlain({ port: emulator.port, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.resume();
  socket.write('POST / HTTP/1.1\r\n\r\n');
  await once(socket, 'close');
  expect(await post()).toBe(200);
});

test('says at once that a key is none', async () => {
  await expect(createEmulator({ tls: { ...tls, key: 'granite' } })).rejects.toThrow(/PEM|DECODER/i);
});

function post(): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = requestHttps(emulator.url + path, { method: 'POST', ca: tls.cert }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A certificate for 127.0.0.1, in the few bytes of DER that one needs. */
function selfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = der(0x30, hex('06082a8648ce3d040302'));
  const name = der(0x30, der(0x31, der(0x30, hex('0603550403'), der(0x0c, Buffer.from('outcrop')))));
  const validity = der(0x30, der(0x17, Buffer.from('250101000000Z')), der(0x17, Buffer.from('450101000000Z')));
  const alternativeNames = der(0x04, der(0x30, der(0x87, Buffer.from([127, 0, 0, 1]))));
  const extensions = der(0xa3, der(0x30, der(0x30, hex('0603551d11'), alternativeNames)));
  const serial = der(0x02, Buffer.from([1]));
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const facts = [hex('a003020102'), serial, ecdsaWithSha256, name, validity, name, key, extensions];
  const signed = der(0x30, ...facts);
  const certificate = der(
    0x30,
    signed,
    ecdsaWithSha256,
    der(0x03, Buffer.from([0]), sign('sha256', signed, privateKey)),
  );
  const base64 = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
