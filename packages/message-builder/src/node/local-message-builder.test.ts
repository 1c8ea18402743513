import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createAssistantMessage, createMessage, createUserMessage, localFile } from '@outcrop/message-builder/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const png = Uint8Array.of(
  0x89,
  0x50,
  0x4e,
  0x47,
  13,
  10,
  26,
  10,
  0,
  0,
  0,
  13,
  0x49,
  0x48,
  0x44,
  0x52,
  0,
  0,
  0,
  4,
  0,
  0,
  0,
  3,
);
let folder = '';
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-message-builder-'));
  await writeFile(at('chart.png'), png);
  await writeFile(at('data_2026.csv'), 'a,b\n1,2\n');
  await writeFile(at('empty.pdf'), '');
  await writeFile(at('large.pdf'), new Uint8Array(4_500_001));
  await mkdir(at('charts'));
});

afterAll(() => rm(folder, { recursive: true }));

test('local files are read when the message is built', async () => {
  const csv = new TextEncoder().encode('a,b\n1,2\n');
  const message = await createUserMessage()
    .addText('?')
    .addLocalImage(at('chart.png'))
    .addLocalDocument(at('data_2026.csv'), { name: 'Sales' })
    .addLocalFile(pathToFileURL(at('data_2026.csv')))
    .addLocalVideo(at('data_2026.csv'), { format: 'mp4' })
    .addLocalAudio(at('data_2026.csv'), { format: 'mp3' })
    .build();
  expect(message).toEqual({
    role: 'user',
    content: [
      { text: '?' },
      { image: { format: 'png', source: { bytes: png } } },
      { document: { format: 'csv', name: 'Sales', source: { bytes: csv } } },
      { document: { format: 'csv', name: 'data-2026', source: { bytes: csv } } },
      { video: { format: 'mp4', source: { bytes: csv } } },
      { audio: { format: 'mp3', source: { bytes: csv } } },
    ],
  });
  expect(message.content[1]?.image?.source.bytes?.constructor).toBe(Uint8Array);
});

describe('a file that cannot be had is a problem', () => {
  test.each([
    ['missing.png', 'missing_file', (path: string) => `There is no file '${path}': check the spelling.`],
    ['chart.png/x.png', 'missing_file', (path: string) => `There is no file '${path}': check the spelling.`],
    ['charts', 'not_a_file', (path: string) => `'${path}' is a directory or a device: name an ordinary file.`],
    ['empty.pdf', 'empty_file', () => "'empty.pdf' is empty (0 bytes): find out why, or leave it out."],
    [
      'large.pdf',
      'too_large',
      () =>
        "'large.pdf' has 4,500,001 bytes, and 4,500,000 is the limit. Split it, or put it into S3 and use addS3Document.",
    ],
  ])('%s', async (name, code, message) => {
    const builder = createUserMessage().addText('?').addLocalDocument(at(name));
    const file = name.split('/').at(-1);
    await expect(builder.build()).rejects.toMatchObject({
      problems: [{ block: 1, code, file, message: message(at(name)) }],
    });
  });

  // The administrator may read everything.
  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('no permission', async () => {
    await chmod(at('empty.pdf'), 0);
    await writeFile(at('secret.pdf'), 'x');
    await chmod(at('secret.pdf'), 0);
    const builder = createUserMessage().addText('?').addLocalDocument(at('secret.pdf'));
    const message = `'${at('secret.pdf')}' may not be read by this process: change its permissions.`;
    await expect(builder.build()).rejects.toMatchObject({ problems: [{ code: 'no_permission', message }] });
  });
});

describe('a file that changes between the look at it and the reading', () => {
  test('and has grown is not read', async () => {
    await writeFile(at('log.txt'), 'short');
    const opened = await localFile(at('log.txt')).open();
    await writeFile(at('log.txt'), 'as long as it likes');
    expect('read' in opened && (await opened.read())).toEqual({
      code: 'unreadable_file',
      detail: 'it grew while it was looked at',
    });
  });

  test.skipIf(process.platform === 'win32')('and has become a pipe does not block', async () => {
    await writeFile(at('pipe.txt'), 'x');
    const opened = await localFile(at('pipe.txt')).open();
    await rm(at('pipe.txt'));
    spawnSync('sh', ['-c', 'mkfifo "$0"', at('pipe.txt')]);
    expect('read' in opened && (await opened.read())).toEqual({ code: 'not_a_file', detail: at('pipe.txt') });
  });
});

test.runIf(process.platform === 'linux')('no file is left open', async () => {
  await createUserMessage().addLocalImage(at('chart.png')).build();
  const links = readdirSync('/proc/self/fd').map((each) => readlink(`/proc/self/fd/${each}`).catch(() => ''));
  expect(await Promise.all(links)).not.toContain(at('chart.png'));
});

test('maxSizeMb raises and lowers the limit of one file', async () => {
  const build = (maxSizeMb: number) =>
    createUserMessage().addText('?').addLocalDocument(at('large.pdf'), { format: 'pdf', maxSizeMb }).build();
  await expect(build(10)).resolves.toBeDefined();
  await expect(build(1)).rejects.toMatchObject({ problems: [{ code: 'too_large', limit: 1_000_000 }] });
});

test('what is no path is a TypeError at once', () => {
  expect(() => createUserMessage().addLocalFile('')).toThrow(TypeError);
  expect(() => createUserMessage().addLocalFile(Promise.resolve('x') as never)).toThrow(
    'A local file is named by its path or a file: URL, not by object.',
  );
  expect(() => createUserMessage().addLocalFile(new URL('https://example.com/a.png'))).toThrow(TypeError);
});

test('the other roles take paths too, where Bedrock does', async () => {
  expect(String(createMessage({ role: 'user' }).addLocalFile('a.png'))).toBe('user message: file (a.png)');
  expect(createAssistantMessage().role).toBe('assistant');
});
