import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import {
  type Attempt,
  ConfigurationError,
  ConverseError,
  errorAdvice,
  errorFromJson,
  isConfigurationError,
  isConverseError,
} from '@outcrop/converse';
import { reply } from '@outcrop/converse/testing';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

const target = { model: 'Claude Haiku 4.5', id: 'us.anthropic.claude', region: 'us-east-1', route: 'geo' };
const attempt: Attempt = { target, startedAt: 1, durationMs: 2 };

describe('the guard', () => {
  test('knows the errors of another copy of the package, where instanceof does not', async () => {
    vi.resetModules();
    const copy = await import('@outcrop/converse');
    const theirs = new copy.ConverseError('throttled', 'Slow down.');
    expect(theirs).not.toBeInstanceOf(ConverseError);
    expect(isConverseError(theirs)).toBe(true);
    expect(isConfigurationError(new copy.ConfigurationError([]))).toBe(true);
    expect(isConfigurationError(theirs)).toBe(false);
  });

  test('knows them after a minifier has renamed everything, and they keep their name', async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    });
    const url = `data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`;
    const minified: typeof import('@outcrop/converse') = await import(/* @vite-ignore */ url);
    const theirs = new minified.ConverseError('throttled', 'Slow down.');
    expect(isConverseError(theirs)).toBe(true);
    expect(minified.isConverseError(new ConverseError('throttled', 'Slow down.'))).toBe(true);
    expect(inspect(theirs)).toMatch(/^ConverseError: Slow down\./);
    expect(inspect(new minified.ConfigurationError([]))).toMatch(/^ConfigurationError/);
  });

  test.each([
    [
      'a stranger of the same name and code',
      Object.assign(new Error('No.'), { name: 'ConverseError', code: 'throttled' }),
    ],
    ['an aborted signal', AbortSignal.abort().reason],
    ['a structured clone, which has lost its class', structuredClone(new ConverseError('throttled', 'Slow down.'))],
    ['nothing', undefined],
  ])('refuses %s', (_, value) => {
    expect(isConverseError(value)).toBe(false);
  });
});

describe('what an error shows', () => {
  const cause = new Error('socket hang up');
  const error = new ConverseError('connection', 'The connection was reset.', {
    cause,
    status: 200,
    partial: reply('The secret of the user is out.'),
  });

  test('is its name, message, code and cause in a log, and never the text of the reply', () => {
    const logged = inspect(error, { depth: 9 });
    expect(logged).toMatch(/^ConverseError: The connection was reset\.\n/);
    expect(logged).toContain("code: 'connection'");
    expect(logged).toContain('socket hang up');
    expect(logged).not.toContain('secret of the user');
    expect({ ...error }).not.toHaveProperty('partial');
    expect(error.partial?.stopReason).toBe('end_turn');
  });

  test('is plain data in JSON, without the text of the reply', () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'ConverseError',
      code: 'connection',
      message: 'The connection was reset.',
      status: 200,
    });
  });

  test('can be written as JSON whatever the details are', () => {
    const details: Record<string, unknown> = { big: 10n, when: new Date(0), run() {}, list: [1, undefined, 2n] };
    Object.assign(details, { itself: details });
    const error = new ConverseError('reply_rejected', 'Too short.', { reason: 'too short', details });
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      details: { big: '10', when: '1970-01-01T00:00:00.000Z', list: [1, null, '2'], itself: '[circular]' },
    });
  });

  test('can be written as JSON where a detail cannot be read', () => {
    const fail = () => {
      throw new Error('Not now.');
    };
    const details = [{ toJSON: fail }, Object.defineProperty({}, 'rock', { get: fail, enumerable: true }), { left: 1 }];
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const error = new ConverseError('reply_rejected', 'Too short.', { reason: 'short', details: [...details, proxy] });
    expect(error.toJson()['details']).toEqual([null, null, { left: 1 }, null]);
  });

  test('keeps details that are nested as deep as anybody reads', () => {
    const details = JSON.parse(`${'['.repeat(20)}"here"${']'.repeat(20)}`);
    const error = new ConverseError('reply_rejected', 'Too short.', { reason: 'too short', details });
    expect(error.toJson()['details']).toEqual(details);
  });
});

describe('secrets', () => {
  // Put together here, so that nobody's scanner takes them for real ones.
  const secret = `FwoGZXIvYXdzE${'Bz/+aB3='.repeat(4)}`;
  const key = `AKIA${'Q3EGRIJK'.repeat(2)}`;
  const bedrockKey = `ABSK${'QmVkcm9ja0'.repeat(3)}=`;

  test.each([
    [`The key ${key} is not known.`, 'The key [secret] is not known.'],
    [`AuthFailure: ${bedrockKey}`, 'AuthFailure: [secret]'],
    [`Authorization: Bearer ${secret} was refused`, 'Authorization: Bearer [secret] was refused'],
    [`authorization: bearer   ${secret}`, 'authorization: bearer   [secret]'],
    [`x-amz-security-token:${secret}\nhost:a`, 'x-amz-security-token:[secret]\nhost:a'],
    [`https://a/?X-Amz-Signature=${secret}&b=1`, 'https://a/?X-Amz-Signature=[secret]&b=1'],
    [`SignedHeaders=host, Signature=${secret}`, 'SignedHeaders=host, Signature=[secret]'],
    [`aws_secret_access_key = ${secret}`, 'aws_secret_access_key = [secret]'],
    [`AWS_SECRET_ACCESS_KEY="${secret}"`, 'AWS_SECRET_ACCESS_KEY="[secret]"'],
    [`{"SecretAccessKey":"${secret}","b":1}`, '{"SecretAccessKey":"[secret]","b":1}'],
    [`Proxy-Authorization: Basic ${secret}`, 'Proxy-Authorization: Basic [secret]'],
    [`connect to http://me:${secret.slice(0, 9)}@proxy:8080 failed`, 'connect to http://me:[secret]@proxy:8080 failed'],
    [`{\\"sessionToken\\": \\"${secret}\\"}`, '{\\"sessionToken\\": \\"[secret]\\"}'],
  ])('do not appear in a message or its JSON: %#', (message, blotted) => {
    const error = new ConverseError('access_denied', message, { hint: message });
    expect(error.message).toBe(blotted);
    expect(error.stack).not.toContain(secret);
    expect(error.toJson()).toMatchObject({ message: blotted, hint: blotted });
    expect(new ConfigurationError([{ path: 'credentials', message }]).message).toBe(`credentials: ${blotted}`);
  });

  test('do not appear in what was tried before, or in any detail', () => {
    const error = new ConverseError('invalid_request', 'Wrong.', {
      problems: [{ path: '', message: `Bearer ${secret}` }],
      attempts: [{ ...attempt, error: { name: 'ConverseError', code: 'internal', message: `The key ${key}` } }],
    });
    expect(JSON.stringify(error)).not.toMatch(new RegExp(`${key}|FwoG`));
  });

  test('do not appear under their own names in a detail', () => {
    const details = { credentials: { accessKeyId: key, secretAccessKey: secret, sessionToken: secret, expires: 1 } };
    const error = new ConverseError('reply_rejected', 'No.', { reason: 'no', details });
    expect(error.toJson()['details']).toEqual({
      credentials: { accessKeyId: '[secret]', secretAccessKey: '[secret]', sessionToken: '[secret]', expires: 1 },
    });
  });

  test('do not appear in the problems of a wrong set-up, in a log or as JSON', () => {
    const error = new ConfigurationError([{ path: 'apiKey', message: `${bedrockKey} has expired.` }]);
    expect(error.problems).toEqual([{ path: 'apiKey', message: '[secret] has expired.' }]);
    expect(inspect(error) + JSON.stringify(error)).not.toContain(bedrockKey);
  });

  test.each([
    'The proxy at http://proxy:8080 refused a@b.c.',
    'Only Basic authorization is supported, not bearer authentication.',
    'The Bearer Token has expired.',
    'The security token included in the request is invalid.',
    'The request signature we calculated does not match the signature you provided.',
    'An error from an Asian internationalization team: ASIA.',
    'x'.repeat(50) + ' '.repeat(200_000),
  ])('are not seen where there are none: %#', (message) => {
    expect(new ConverseError('credentials', message).message).toBe(message);
  });
});

describe('the JSON form', () => {
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const details = fc.record({
    awsName: optional(fc.string()),
    status: optional(fc.nat(599)),
    requestId: optional(fc.uuid()),
    retryAfterMs: optional(fc.nat()),
    target: optional(fc.constant(target)),
    attempts: optional(fc.array(fc.constant(attempt), { minLength: 1 })),
    phase: fc.constant('idle'),
    feature: fc.string(),
    reason: fc.string(),
    problems: fc.array(fc.record({ path: fc.string(), message: fc.string() })),
    models: fc.array(fc.string()),
    regions: fc.array(fc.string()),
  });
  const codes = fc.constantFrom(...(Object.keys(errorAdvice) as ConverseError['code'][]));

  test('brings every error back as it was, also over a wire', () => {
    fc.assert(
      fc.property(codes, fc.string(), details, (code, message, details) => {
        const error = new ConverseError(code, message, details as never);
        const back = errorFromJson(JSON.parse(JSON.stringify(error)));
        expect(isConverseError(back)).toBe(true);
        expect(back.toJson()).toEqual(error.toJson());
        expect({ ...back }).toEqual({ ...error });
      }),
    );
  });

  test.each([
    ['no object', 'throttled'],
    ['no code', { message: 'Slow down.' }],
    ['a code that is none', { code: 'toString', message: 'Slow down.' }],
    ['a message that is none', { code: 'throttled', message: 7 }],
  ])('is refused if it is none: %s', (_, json) => {
    expect(errorFromJson(json)).toMatchObject({ code: 'malformed_reply' });
  });

  test('has its lists, whoever wrote it', () => {
    expect(errorFromJson({ code: 'invalid_request', message: 'Wrong.', problems: null })).toMatchObject({
      problems: [],
    });
    expect(errorFromJson({ code: 'exhausted', message: 'All tried.', models: 'all' })).toMatchObject({
      models: [],
      regions: [],
    });
  });

  test('is not undone by details that are nested without end', () => {
    const details = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    const error = errorFromJson({ code: 'reply_rejected', message: 'No.', reason: 'no', details });
    expect(JSON.stringify(error)).toContain('[[["[too deep]"]]]');
  });

  test('can replace nothing of what makes an error', () => {
    const json = `{"code": "throttled", "message": "Slow down.", "limit": "tokens", "__proto__": {"evil": true},
      "toJson": 1, "stack": "x", "attempts": "many", "partial": {"output": 1}}`;
    const error = errorFromJson(JSON.parse(json));
    expect(isConverseError(error)).toBe(true);
    expect(error).not.toHaveProperty('evil');
    expect(error.partial).toBeUndefined();
    expect(error.toJson()).toEqual({
      name: 'ConverseError',
      code: 'throttled',
      message: 'Slow down.',
      limit: 'tokens',
    });
  });
});

test('a wrong set-up names everything that is wrong with it', () => {
  const one = { path: 'regions', message: 'Name at least one region.' };
  expect(new ConfigurationError([one]).message).toBe('regions: Name at least one region.');
  expect(new ConfigurationError([one, { path: '', message: 'Nothing fits.' }]).message).toBe(
    '2 problems:\n- regions: Name at least one region.\n- Nothing fits.',
  );
});
