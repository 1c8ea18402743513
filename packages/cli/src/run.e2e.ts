import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bedrockError, createEmulator, type EmulatedCall, fault } from '@outcrop/emulator';
import { expect, test } from 'vitest';
import { bedrock, ended, folderWith, outcrop, type RunAs, start } from '../testing/outcrop.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const rocks = (count: number) =>
  Array.from({ length: count }, (_, at) => `{ "id": "rock-${at}", "text": "Rock ${at}?" }\n`).join('');

function answersIn(cwd: string, name = 'out.jsonl') {
  const lines = readFileSync(join(cwd, name), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

function idsIn(cwd: string): string[] {
  return answersIn(cwd).map(({ id }) => id);
}

function promptOf({ request }: EmulatedCall): string {
  return request.messages?.[0]?.content[0]?.text ?? '';
}

const run = (input: string, args: readonly string[], as: RunAs) =>
  outcrop(['run', input, '--out', 'out.jsonl', '--model', 'Nova Lite', '--max-tokens', '100', ...args], as);

test('lines of JSON in, lines of JSON out, in the order of the input, with a summary for programs', async () => {
  const prompts = [
    '"Granite?"',
    '{ "id": 7, "prompt": "Gneiss?" }',
    '',
    '{"messages":[{"role":"user","content":[{"text":"Chert?"}]}]}',
  ];
  const cwd = folderWith({ 'prompts.jsonl': prompts.join('\r\n') });
  const { code, stdout, stderr } = await run('prompts.jsonl', ['--emulator', '--order', 'input', '--json'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(answersIn(cwd).map(({ id, text, model }) => [id, text, model])).toEqual([
    ['request_1', 'You said: "Granite?".', 'Nova Lite'],
    ['7', 'You said: "Gneiss?".', 'Nova Lite'],
    ['request_3', 'You said: "Chert?".', 'Nova Lite'],
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    out: 'out.jsonl',
    journal: 'out.jsonl.journal',
    complete: true,
    total: 3,
    ok: 3,
    failures: {},
    usage: { inputTokens: 6, outputTokens: 16, totalTokens: 22 },
  });
});

test('a table and a template', async () => {
  const cwd = folderWith({ 'p.csv': '\ufeffid,text,to\na,"Good ""morning"",\nworld",German\nb,Bye,Welsh\n' });
  const { code } = await run(
    'p.csv',
    ['--emulator', '--template', 'Translate to {{to}}: {{ text }}', '--order', 'input'],
    { cwd },
  );
  expect(code).toBe(0);
  expect(answersIn(cwd).map(({ id, text }) => [id, text])).toEqual([
    ['a', 'You said: "Translate to German: Good \\"morning\\",\\nworld".'],
    ['b', 'You said: "Translate to Welsh: Bye".'],
  ]);
});

test('a table of a spreadsheet that writes semicolons', async () => {
  const cwd = folderWith({ 'p.csv': '\ufeffid;text\r\na;"Good, better"\r\nb;Bye\r\n' });
  expect((await run('p.csv', ['--emulator', '--order', 'input'], { cwd })).code).toBe(0);
  expect(answersIn(cwd).map(({ id, text }) => [id, text])).toEqual([
    ['a', 'You said: "Good, better".'],
    ['b', 'You said: "Bye".'],
  ]);
});

test('a row with a column too many is named', async () => {
  const cwd = folderWith({ 'p.csv': 'id,text\na,Good\nb,Good, better\n' });
  expect(await run('p.csv', ['--emulator'], { cwd })).toEqual({
    code: 2,
    stdout: '',
    stderr: 'outcrop: p.csv:3: it has 3 columns, and the header has 2: put quotes around a text with a comma in it.\n',
  });
});

test('a folder of files: attached to a question, or put into a template', async () => {
  const photos = folderWith({ 'b.png': png, 'a.png': png, '.hidden': 'x' });
  const cwd = folderWith({});
  await run(photos, ['--emulator', '--template', 'Which rock is {{file}}?', '--order', 'input'], { cwd });
  expect(answersIn(cwd).map(({ id, text }) => [id, text])).toEqual(
    ['a.png', 'b.png'].map((name) => [
      name,
      `You said: "Which rock is ${name}?". I see a png image of ${png.length} bytes.`,
    ]),
  );
  const notes = folderWith({ 'one.txt': 'Hard.', 'two.md': 'Soft.' });
  const other = folderWith({});
  await run(notes, ['--emulator', '--template', 'Sum up: {{text}}', '--order', 'input'], { cwd: other });
  expect(answersIn(other).map(({ text }) => text)).toEqual([
    'You said: "Sum up: Hard.".',
    'You said: "Sum up: Soft.".',
  ]);
});

test('lines that are piped in', async () => {
  const cwd = folderWith({});
  const { code, stdout } = await run('-', ['--emulator', '--json'], { cwd, stdin: rocks(3) });
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, total: 3, ok: 3, complete: true });
  expect(idsIn(cwd).toSorted()).toEqual(['rock-0', 'rock-1', 'rock-2']);
});

test.each([
  [
    '{ "text": "a" }\n{ "text": ',
    [],
    'p.jsonl:2: this line alone is no JSON. Give a file with a prompt on each line, a .csv, a .tsv or a folder.',
  ],
  ['{ "id": 1, "text": "a" }\n{ "id": "1", "text": "b" }', [], "p.jsonl:2: '1' is the id of p.jsonl:1 too."],
  [
    '{ "question": "a" }',
    [],
    'p.jsonl:1: it has no prompt, no text and no messages, but question: say by --template what to make of it.',
  ],
  ['{ "text": " " }', [], 'p.jsonl:1: its prompt is blank.'],
  ['{ "text": "a" }', ['--template', '{{body}}'], 'p.jsonl:1: the template asks for {{body}}, and there is text.'],
  [
    '{ "text": "a" }',
    ['--schema', 'p.jsonl', '--budget', '-1'],
    expect.stringContaining('It has to be a number above 0.'),
  ],
  ['"a"', ['--schema', 'p.jsonl'], 'p.jsonl is no JSON Schema: it has to be an object.'],
])('before anything is sent, %j with %j is refused', async (content, args, line) => {
  const { emulator, env } = await bedrock();
  const { code, stderr } = await run('p.jsonl', args, { cwd: folderWith({ 'p.jsonl': content }), env });
  expect(code).toBe(2);
  expect(stderr.slice('outcrop: '.length, -1)).toEqual(line);
  expect(emulator.requests).toEqual([]);
});

test('what failed is said, and asked again only when that is asked for', async () => {
  const { emulator, env } = await bedrock();
  const refusal = emulator.when((call) => promptOf(call) === 'Rock 1?').always(bedrockError('ValidationException'));
  const cwd = folderWith({ 'p.jsonl': rocks(3) });
  const first = await run('p.jsonl', ['--order', 'input'], { cwd, env });
  expect(first.code).toBe(1);
  expect(first.stdout).toMatch(/^2 of 3 answered in .* · 1 failed: 1 invalid_request\n/);
  expect(first.stdout).toContain('with --retry-failed.');
  expect(first.stderr).toMatch(/^rock-1 failed: .*\(invalid_request\)\n$/);
  expect(answersIn(cwd)[1]).toEqual({ id: 'rock-1', error: { code: 'invalid_request', message: expect.any(String) } });
  refusal.end();
  const calls = emulator.requests.length;
  expect((await run('p.jsonl', ['--order', 'input'], { cwd, env })).code).toBe(1);
  expect(emulator.requests).toHaveLength(calls);
  const again = await run('p.jsonl', ['--order', 'input', '--retry-failed'], { cwd, env });
  expect(again.code).toBe(0);
  expect(again.stderr).toBe('Going on: 2 are known from out.jsonl.journal.\n');
  expect(emulator.requests).toHaveLength(calls + 1);
  expect(answersIn(cwd).map(({ text }) => text)).toEqual(
    ['Rock 0?', 'Rock 1?', 'Rock 2?'].map((text) => `You said: "${text}".`),
  );
});

test('a run that is killed again and again has every answer once, and its file is never half of one', async () => {
  const asked = new Map<string, number>();
  let calls = 0;
  let onCall = () => {};
  const { env } = await bedrock({
    respond: (call) => {
      asked.set(promptOf(call), (asked.get(promptOf(call)) ?? 0) + 1);
      calls++;
      onCall();
      return `Answer to ${promptOf(call)}`;
    },
  });
  const count = 150;
  const cwd = folderWith({ 'p.jsonl': rocks(count) });
  const args = [
    'run',
    'p.jsonl',
    '--out',
    'out.jsonl',
    '--concurrency',
    '8',
    '--model',
    'Nova Lite',
    '--max-tokens',
    '9',
  ];
  for (const killAfter of [1, 30, 60]) {
    const child = start(args, { cwd, env });
    const enough = calls + killAfter;
    onCall = () => {
      if (calls >= enough) child.kill('SIGKILL');
    };
    expect((await ended(child)).code).toBe('SIGKILL');
    expect(existsSync(join(cwd, 'out.jsonl'))).toBe(false);
  }
  onCall = () => {};
  const { code, stderr } = await outcrop(args, { cwd, env });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^Going on: \d+ are known from out\.jsonl\.journal\.\n/);
  expect(idsIn(cwd).toSorted()).toEqual(Array.from({ length: count }, (_, at) => `rock-${at}`).toSorted());
  // No more is asked twice than was under way at a kill.
  const twice = [...asked.values()].reduce((sum, times) => sum + times - 1, 0);
  expect(twice).toBeLessThanOrEqual(3 * 8);
});

test('Ctrl-C finishes what is under way and keeps it, and the same command does the rest', async () => {
  const gate = Promise.withResolvers<void>();
  const four = Promise.withResolvers<void>();
  let calls = 0;
  const { env } = await bedrock({
    respond: async () => {
      if (++calls === 4) four.resolve();
      await gate.promise;
      return 'Granite.';
    },
  });
  const cwd = folderWith({ 'p.jsonl': rocks(20) });
  const args = ['run', 'p.jsonl', '--out', 'out.jsonl', '--concurrency', '4', '--max-tokens', '9', '--json'];
  const child = start(args, { cwd, env });
  const end = ended(child);
  await four.promise;
  child.kill('SIGINT');
  child.stderr?.once('data', () => gate.resolve());
  const { code, stdout, stderr } = await end;
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'Finishing 4 under way. Ctrl-C again stops at once.\n' });
  expect(JSON.parse(stdout)).toMatchObject({ complete: false, total: 20, ok: 4 });
  expect(answersIn(cwd)).toHaveLength(4);
  const rest = await outcrop(args, { cwd, env });
  expect({ code: rest.code, ...JSON.parse(rest.stdout) }).toMatchObject({ code: 0, ok: 20, restored: 4 });
  expect(calls).toBe(20);
});

test('Ctrl-C twice stops at once', async () => {
  const asked = Promise.withResolvers<void>();
  const { env } = await bedrock({
    respond: () => {
      asked.resolve();
      return fault('hang');
    },
  });
  const cwd = folderWith({ 'p.jsonl': rocks(3) });
  const child = start(['run', 'p.jsonl', '--out', 'out.jsonl'], { cwd, env });
  const end = ended(child);
  await asked.promise;
  child.kill('SIGINT');
  child.stderr?.once('data', () => child.kill('SIGINT'));
  const { code, stdout } = await end;
  expect(code).toBe(130);
  expect(stdout).toMatch(/^0 of 3 answered .*\n(.*\n)*3 are left: the same command goes on\.\n$/);
});

test('Ctrl-C ends a run whose input has no end', async () => {
  const asked = Promise.withResolvers<void>();
  const { env } = await bedrock({
    respond: () => {
      asked.resolve();
      return 'Granite.';
    },
  });
  const cwd = folderWith({});
  const child = start(['run', '-', '--out', 'out.jsonl', '--json'], { cwd, env, stdin: { open: true } });
  const end = ended(child);
  child.stdin?.write('"Granite?"\n');
  await asked.promise;
  child.kill('SIGINT');
  const { code, stdout } = await end;
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 1, ok: 1, total: null, complete: false });
});

test('a run that asks nothing again has taken nothing, and says what the answers had taken', async () => {
  const { env, emulator } = await bedrock();
  const cwd = folderWith({ 'p.jsonl': rocks(3) });
  const { usage, cost } = JSON.parse((await run('p.jsonl', ['--json'], { cwd, env })).stdout);
  const again = JSON.parse((await run('p.jsonl', ['--json'], { cwd, env })).stdout);
  expect(emulator.requests).toHaveLength(3);
  const { inputTokens, outputTokens } = usage;
  expect({ inputTokens, outputTokens, paid: cost.usd > 0 }).toEqual({ inputTokens: 6, outputTokens: 15, paid: true });
  expect(again).toMatchObject({
    ok: 3,
    restored: 3,
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
    cost: { usd: 0, status: 'priced' },
    restoredUsage: usage,
    restoredCost: cost,
  });
  const { stdout } = await run('p.jsonl', [], { cwd, env });
  expect(stdout.replaceAll(/in \d.*|\$0\.0\d+/g, '…')).toBe(`3 of 3 answered (3 known from before) …
0 tokens in, 0 out · $0
What was known had taken 6 tokens in, 15 out · …, as far as prices are known
Answers are in out.jsonl
`);
});

test('a budget is kept to, and a larger one goes on', async () => {
  const { env } = await bedrock();
  const cwd = folderWith({ 'p.jsonl': rocks(50) });
  const first = await run('p.jsonl', ['--budget', '0.00006', '--concurrency', '1', '--json'], { cwd, env });
  const { ok, stoppedBy, cost } = JSON.parse(first.stdout);
  expect({ code: first.code, stoppedBy }).toEqual({ code: 1, stoppedBy: 'budget' });
  expect(first.stderr).toContain('the budget is reached');
  expect(cost.usd).toBeLessThanOrEqual(0.00006);
  expect(ok).toBeGreaterThan(0);
  const second = await run('p.jsonl', ['--budget', '1', '--json'], { cwd, env });
  expect({ code: second.code, ...JSON.parse(second.stdout) }).toMatchObject({
    code: 0,
    ok: 50,
    restored: ok,
    restoredCost: cost,
  });
  const none = await run('p.jsonl', ['--out', 'b.jsonl', '--budget', '0.000001'], { cwd, env });
  expect(none.code).toBe(1);
  expect(none.stderr).toContain('is less than one request may cost at most');
});

test('answers that fit a schema come as objects', async () => {
  const { env } = await bedrock({ respond: () => '{ "rock": "granite" }' });
  const schema = {
    type: 'object',
    properties: { rock: { type: 'string' } },
    required: ['rock'],
    additionalProperties: false,
  };
  const cwd = folderWith({ 'p.jsonl': rocks(2), 's.json': JSON.stringify(schema) });
  // A model that has structured output of its own.
  const args = ['run', 'p.jsonl', '--out', 'out.jsonl', '--schema', 's.json', '--model', 'Claude Haiku 4.5'];
  expect((await outcrop(args, { cwd, env })).code).toBe(0);
  expect(answersIn(cwd).map(({ object }) => object)).toEqual([{ rock: 'granite' }, { rock: 'granite' }]);
});

test('a schema that Bedrock makes no grammar of is asked for in another way, and that is said', async () => {
  const schema = { type: 'object', properties: { rock: { type: 'string' } }, required: ['rock'] };
  const cwd = folderWith({ 'p.jsonl': rocks(2), 's.json': JSON.stringify(schema) });
  const args = ['run', 'p.jsonl', '--out', 'out.jsonl', '--schema', 's.json', '--max-tokens', '100', '--emulator'];
  const { code, stderr } = await outcrop(args, { cwd });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      "2 with a warning: The answer's JSON was asked for in another way than the model's own. The rung is tool: an object in the schema does not say `additionalProperties: false`. (structured_output)\n",
  });
  expect(answersIn(cwd).map(({ object }) => object)).toEqual([{ rock: 'example' }, { rock: 'example' }]);
});

test('where nobody is reached the run ends, and the same command goes on', async () => {
  const { emulator, env } = await bedrock();
  const cwd = folderWith({ 'p.jsonl': rocks(20) });
  // A port that nobody listens at any more.
  const gone = await createEmulator();
  await gone.close();
  const first = await run('p.jsonl', ['--concurrency', '2'], { cwd, env: { OUTCROP_TARGET: gone.url } });
  expect(first.code).toBe(1);
  expect(first.stdout).toContain('20 are left: the same command goes on.');
  expect(first.stderr).toContain('The service could not be reached. (ECONNREFUSED)');
  expect((await run('p.jsonl', [], { cwd, env })).code).toBe(0);
  expect(emulator.requests).toHaveLength(20);
});

test('what is wrong with all requests ends the run, and is not kept', async () => {
  const { emulator, env } = await bedrock();
  const denial = emulator.when().always(bedrockError('AccessDeniedException'));
  const cwd = folderWith({ 'p.jsonl': rocks(100) });
  const first = await run('p.jsonl', ['--concurrency', '2', '--json'], { cwd, env });
  expect(first.code).toBe(1);
  expect(first.stderr).toMatch(/^outcrop: .*\(exhausted\)\n$/);
  expect(emulator.requests.length).toBeLessThan(60);
  denial.end();
  const second = await run('p.jsonl', ['--json'], { cwd, env });
  expect({ code: second.code, ...JSON.parse(second.stdout) }).toMatchObject({ code: 0, ok: 100, restored: 0 });
});

const begunOtherwise = (what: string) =>
  `outcrop: out.jsonl.journal was begun otherwise: ${what}. Go on as it was begun, give another --out`;

test.each([
  [['--model', 'Nova Pro'], '--model was Nova Lite, and is Nova Lite, Nova Pro', ', or add --mix-models'],
  [['--template', 'Please: {{text}}'], '--template was not given', '.\n'],
  [
    ['--system', 'Be brief.', '--max-tokens', '7', '--model', 'Nova Pro'],
    '--system was not given, --max-tokens was 100, and is 7, --model was Nova Lite, and is Nova Lite, Nova Pro',
    '.\n',
  ],
])('a run that goes on with %j is refused, for half of the answers would be others', async (args, what, advice) => {
  const { emulator, env } = await bedrock();
  const cwd = folderWith({ 'p.jsonl': rocks(2) });
  await run('p.jsonl', [], { cwd, env });
  writeFileSync(join(cwd, 'p.jsonl'), `"One more?"\n${rocks(2)}`);
  const calls = emulator.requests.length;
  const { code, stderr } = await run('p.jsonl', args, { cwd, env });
  expect(code).toBe(2);
  expect(stderr).toContain(`${begunOtherwise(what)}${advice}`);
  expect(emulator.requests).toHaveLength(calls);
  expect(idsIn(cwd)).toHaveLength(2);
});

test('more prompts, another name of the model and another region go on; other models when that is asked for', async () => {
  const { env } = await bedrock();
  const cwd = folderWith({ 'p.jsonl': rocks(2) });
  await run('p.jsonl', [], { cwd, env });
  writeFileSync(join(cwd, 'p.jsonl'), rocks(3));
  const more = ['--model', 'amazon.nova-lite-v1:0', '--region', 'us-west-2', '--json'];
  const second = await outcrop(['run', 'p.jsonl', '--out', 'out.jsonl', '--max-tokens', '100', ...more], { cwd, env });
  expect({ code: second.code, ...JSON.parse(second.stdout) }).toMatchObject({ code: 0, ok: 3, restored: 2 });
  writeFileSync(join(cwd, 'p.jsonl'), rocks(4));
  const mixed = ['--model', 'Nova Pro', '--mix-models', '--order', 'input'];
  await outcrop(['run', 'p.jsonl', '--out', 'out.jsonl', '--max-tokens', '100', ...mixed], { cwd, env });
  expect(answersIn(cwd).map(({ model }) => model)).toEqual(['Nova Lite', 'Nova Lite', 'Nova Lite', 'Nova Pro']);
});

test('what an emulator said is not taken for answers of AWS', async () => {
  const cwd = folderWith({ 'p.jsonl': rocks(2) });
  await run('p.jsonl', ['--emulator'], { cwd });
  const { code, stderr } = await run('p.jsonl', ['--aws', '--region', 'us-east-1'], { cwd });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `${begunOtherwise('it was sent to an emulator, and this would be sent to AWS')}.\n`,
  });
});

test('other prompts do not go into the journal of these, and no file is written over', async () => {
  const cwd = folderWith({ 'p.jsonl': rocks(2), 'mine.jsonl': 'mine' });
  await run('p.jsonl', ['--emulator'], { cwd });
  writeFileSync(join(cwd, 'p.jsonl'), rocks(2).replace('Rock 1', 'Stone 1'));
  const other = await run('p.jsonl', ['--emulator'], { cwd });
  expect({ code: other.code, stderr: other.stderr.split('\n').at(-2) }).toEqual({
    code: 2,
    stderr: 'outcrop: out.jsonl.journal is of other prompts: give another --out, or remove that file to begin anew.',
  });
  expect(idsIn(cwd)).toHaveLength(2);
  const mine = await run('p.jsonl', ['--emulator', '--out', 'mine.jsonl'], { cwd });
  expect({ code: mine.code, stderr: mine.stderr }).toEqual({
    code: 2,
    stderr: 'outcrop: mine.jsonl is there already, and has no journal beside it: give another --out, or remove it.\n',
  });
  expect(readFileSync(join(cwd, 'mine.jsonl'), 'utf8')).toBe('mine');
});
