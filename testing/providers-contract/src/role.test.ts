import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { textOf } from '@outcrop/converse';
import { createEmulator } from '@outcrop/emulator';
import { createBedrock } from '@outcrop/providers';
import { createBedrock as createDirectNode } from '@outcrop/providers/direct/node';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { question, target } from './scene.ts';

const role = { arn: 'arn:aws:iam::123456789012:role/geologist', sessionName: 'field-trip', externalId: 'outcrop' };
const lent = { accessKeyId: 'ASIALENT', secretAccessKey: 'lent-secret', sessionToken: 'lent-token' };

afterEach(() => vi.unstubAllEnvs());

/** AWS's Security Token Service, which lends these keys one after the other, and the last one from then on. */
async function createTokenService(keys: (typeof lent)[], expiration = '2999-01-01T00:00:00Z') {
  const asked: Record<string, string>[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    asked.push(Object.fromEntries(new URLSearchParams(Buffer.concat(pieces).toString())));
    const { accessKeyId, secretAccessKey, sessionToken } = keys[Math.min(asked.length, keys.length) - 1] ?? lent;
    response.setHeader('content-type', 'text/xml');
    response.end(
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>` +
        `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>` +
        `<SessionToken>${sessionToken}</SessionToken><Expiration>${expiration}</Expiration>` +
        '</Credentials></AssumeRoleResult></AssumeRoleResponse>',
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe.each([
  ['the SDK', createBedrock],
  ['direct over Node', createDirectNode],
])('a role, by %s', (_, create) => {
  test('is assumed once, with the credentials of the environment, and signs every call', async () => {
    await using emulator = await createEmulator({ credentials: [lent] });
    const sts = await createTokenService([lent]);
    stubEnvironment(sts.url);
    await using bedrock = create({ auth: { role }, endpoint: emulator.url });
    const model = bedrock.connect(target);
    expect(textOf(await model.converse(question))).not.toBe('');
    await model.converseStream(question).response;
    expect(sts.asked).toMatchObject([
      { Action: 'AssumeRole', RoleArn: role.arn, RoleSessionName: 'field-trip', ExternalId: 'outcrop' },
    ]);
  });

  test('is assumed again when what it lent is about to end', async () => {
    let time = Date.now();
    await using emulator = await createEmulator();
    const sts = await createTokenService([lent], new Date(time + 3_600_000).toISOString());
    stubEnvironment(sts.url);
    await using bedrock = create({ auth: { role }, endpoint: emulator.url, wallNow: () => time });
    const model = bedrock.connect(target);
    await Promise.all([model.converse(question), model.converse(question), model.converse(question)]);
    expect(sts.asked).toHaveLength(1);
    time += 3_360_000;
    await model.converse(question);
    expect(sts.asked).toHaveLength(2);
  });

  test('is assumed again when the service no longer takes what it lent', async () => {
    const old = { accessKeyId: 'ASIAOLD', secretAccessKey: 'old-secret', sessionToken: 'old-token' };
    await using emulator = await createEmulator({ credentials: [lent, { ...old, expiresAt: 0 }] });
    const sts = await createTokenService([old, lent]);
    stubEnvironment(sts.url);
    await using bedrock = create({ auth: { role }, endpoint: emulator.url });
    expect(textOf(await bedrock.connect(target).converse(question))).not.toBe('');
    expect(sts.asked).toHaveLength(2);
  });
});

function stubEnvironment(sts: string): void {
  vi.stubEnv('AWS_ENDPOINT_URL_STS', sts);
  vi.stubEnv('AWS_REGION', 'eu-west-2');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-secret');
}
