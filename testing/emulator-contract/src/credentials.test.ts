import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { type Credential, createEmulator } from '@outcrop/emulator';
import { describe, expect, test } from 'vitest';
import { transports } from './clients.ts';

const now = Date.parse('2026-11-26T10:15:00Z');
const signer = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not/a+secret' };
const temporary = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'neither', sessionToken: 'session/token+of==' };
const expired = { accessKeyId: 'ASIAEXPIRED', secretAccessKey: 'gone', sessionToken: 'old' };
const credentials: Credential[] = [
  signer,
  temporary,
  { ...expired, expiresAt: now },
  { bearerToken: 'bedrock-api-key-example' },
  { bearerToken: 'bedrock-api-key-expired', expiresAt: now - 1 },
];
const messages = [{ role: 'user' as const, content: [{ text: 'Which rock is this? Ünïcode, too.' }] }];
const modelIds = [
  'eu.amazon.nova-lite-v1:0',
  'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/granite_123.4~5',
  'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0',
];

const withKey = (token: string) => ({ token: { token }, authSchemePreference: ['httpBearerAuth'] });

describe.each(transports)('over %s', (_, config) => {
  const open = () => createEmulator({ respond: () => 'Granite.', credentials, wallNow: () => now });
  const clientOf = (endpoint: string, more: BedrockRuntimeClientConfig) =>
    new BedrockRuntimeClient({
      endpoint,
      region: 'eu-west-1',
      maxAttempts: 1,
      systemClockOffset: now - Date.now(),
      ...config,
      ...more,
    });

  test.each([
    ['of a user', signer],
    ['of a role', temporary],
  ])('knows the signature %s, whatever the path holds', async (_, credentials) => {
    await using emulator = await open();
    const client = clientOf(emulator.url, { credentials });
    for (const modelId of modelIds) {
      const { stopReason } = await client.send(new ConverseCommand({ modelId, messages }));
      expect(stopReason).toBe('end_turn');
    }
    expect(emulator.requests.map(({ region }) => region)).toEqual(modelIds.map(() => 'eu-west-1'));
  });

  test('knows a bearer key', async () => {
    await using emulator = await createEmulator({ credentials, wallNow: () => now, region: 'eu-west-1' });
    const client = clientOf(emulator.url, withKey('bedrock-api-key-example'));
    await client.send(new ConverseCommand({ modelId: modelIds[0], messages }));
    expect(emulator.requests).toMatchObject([{ region: 'eu-west-1' }]);
  });

  test.each<[string, BedrockRuntimeClientConfig, { name: string; message: string; status: number }]>([
    [
      'a wrong secret',
      { credentials: { ...signer, secretAccessKey: 'wrong' } },
      {
        name: 'InvalidSignatureException',
        message: expect.stringMatching(/^The request signature we calculated does not match/),
        status: 403,
      },
    ],
    [
      'an unknown key',
      { credentials: { ...signer, accessKeyId: 'AKIDOTHER' } },
      {
        name: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
        status: 403,
      },
    ],
    [
      'a wrong session token',
      { credentials: { ...temporary, sessionToken: 'wrong' } },
      {
        name: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
        status: 403,
      },
    ],
    [
      'a session that is over',
      { credentials: expired },
      { name: 'ExpiredTokenException', message: 'The security token included in the request is expired', status: 403 },
    ],
    [
      'a clock that is behind',
      { credentials: signer, systemClockOffset: now - Date.now() - 6 * 60_000 },
      {
        name: 'InvalidSignatureException',
        message: expect.stringMatching(
          /^Signature expired: 20261126T10\d{4}Z is now earlier than 20261126T101000Z \(20261126T101500Z - 5 min\.\)$/,
        ),
        status: 403,
      },
    ],
    [
      'a clock that is ahead',
      { credentials: signer, systemClockOffset: now - Date.now() + 6 * 60_000 },
      {
        name: 'InvalidSignatureException',
        message: expect.stringMatching(/^Signature not yet current: /),
        status: 403,
      },
    ],
    [
      'a wrong bearer key',
      withKey('bedrock-api-key-wrong'),
      {
        name: 'AccessDeniedException',
        message: 'Authentication failed: Please make sure your API Key is valid.',
        status: 403,
      },
    ],
    [
      'an expired bearer key',
      withKey('bedrock-api-key-expired'),
      { name: 'AccessDeniedException', message: 'Bearer Token has expired', status: 403 },
    ],
  ])('refuses %s', async (_, more, { status, ...error }) => {
    await using emulator = await open();
    const call = clientOf(emulator.url, more).send(new ConverseCommand({ modelId: modelIds[0], messages }));
    await expect(call).rejects.toMatchObject({ ...error, $metadata: { httpStatusCode: status } });
    expect(emulator.requests).toEqual([]);
  });

  test('refuses a request that was changed on its way', async () => {
    await using emulator = await open();
    const client = clientOf(emulator.url, { credentials: signer });
    const { requestHandler } = client.config;
    const handle: typeof requestHandler.handle = (request, options) => {
      request.body = Buffer.from(Buffer.from(request.body).toString().replace('rock', 'sand'));
      return requestHandler.handle(request, options);
    };
    client.config.requestHandler = Object.assign(Object.create(requestHandler), { handle });
    const call = client.send(new ConverseCommand({ modelId: modelIds[0], messages }));
    await expect(call).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });

  test('tells a client whose clock is off the right time, so that its next try is signed with it', async () => {
    await using emulator = await open();
    const client = clientOf(emulator.url, {
      credentials: signer,
      systemClockOffset: now - Date.now() - 3_600_000,
      maxAttempts: 2,
    });
    const { $metadata } = await client.send(new ConverseCommand({ modelId: modelIds[0], messages }));
    expect($metadata.attempts).toBe(2);
  });
});
