import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bedrockError, fault } from '@outcrop/emulator';
import { expect, onTestFinished, test } from 'vitest';
import { bedrock, cleanEnv, ended, folderWith, outcrop, program, start } from '../testing/outcrop.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const noRegion = 'no model is known in a region';

test.each([
  [['run', 'p.jsonl', '--out', '-', '--emulator'], '--out has to be a file: the journal stands beside it.'],
  [['chat', 'Hi', '--emulator', '--residency', 'mars'], expect.stringContaining("'mars' is no area")],
  [['rin'], "unknown command 'rin' (Did you mean run?)"],
  [['chat', '--flie', 'x'], "unknown option '--flie' (Did you mean --file?)"],
  [['chat', 'Hi'], 'say where to send it: --aws, --emulator, or OUTCROP_TARGET=aws|emulator|URL.'],
  [['chat', 'Hi', '--aws', '--emulator'], 'give --aws or --emulator, not both.'],
  [
    ['chat', 'Hi', '--aws'],
    'say which model to ask: --model "Claude Haiku 4.5", OUTCROP_MODEL, or models in a configuration file.',
  ],
  [
    ['chat', 'Hi', '--aws', '--model', 'Nova Lite'],
    'say in which region: --region us-east-1, OUTCROP_REGIONS, AWS_REGION, or regions in a configuration file.',
  ],
  [['chat', '--emulator', '--json'], 'there is nothing to ask: outcrop chat "Which rock is granite?"'],
  [['chat', 'Hi', '--emulator', '--file', 'no.png'], expect.stringMatching(/^There is no file '.*no\.png'/)],
  [['chat', 'Hi', '--emulator', '--max-tokens', '0'], expect.stringContaining('a whole number from 1 on.')],
  [['chat', 'Hi', '--emulator', '--model', 'Nova Light'], expect.stringContaining("No model is called 'Nova Light'")],
  [['run', 'prompts.jsonl', '--emulator'], "required option '-o, --out <file>' not specified"],
  [['run', 'prompts.jsonl', '--out', 'x.jsonl', '--emulator'], 'there is no prompts.jsonl.'],
  [['run', 'x.jsonl', '--out', 'no/x.jsonl', '--emulator'], 'there is no folder no for no/x.jsonl.'],
  [['run', '.', '--out', 'x.jsonl', '--emulator'], 'x.jsonl would be one of the prompts: give an --out outside of ..'],
  [['models', '--can', 'fly'], expect.stringMatching(/^--can knows no fly: there is converse, streaming/)],
  [['models', '--residency', 'mars'], expect.stringContaining("'mars' is no area")],
  [['models', '--can', ','], expect.stringMatching(/'--can <abilities>' argument ',' is invalid. It has to name some/)],
  [['models', '--region', 'eu-west-9'], `${noRegion} 'eu-west-9': there is eu-west-1, eu-west-2, eu-west-3.`],
  [['models', '--residency', 'eu,us-esat-1'], `${noRegion} 'us-esat-1': there is us-east-1, us-east-2.`],
  [['models', 'show', 'Nova Lite', '--region', 'EU-WEST-9'], expect.stringContaining('eu-west-1, eu-west-2')],
  [['models', '--region', ''], expect.stringMatching(/there is .*ap-northeast-1.*us-west-2\.$/)],
  [['models', 'show', 'Nova Light'], "no model is called 'Nova Light'. Nearest: Nova Lite."],
  [['models', 'show', 'Llama 3.1'], expect.stringContaining("'Llama 3.1' could be any of Llama 3.1 405B Instruct")],
  [['doctor', '--region'], "option '-r, --region <names>' argument missing"],
])('%j is a wrong use, which one line says', async (args, line) => {
  const { code, stdout, stderr } = await outcrop(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^outcrop: [^\n]+\n$/);
  expect(stderr.slice('outcrop: '.length, -1)).toEqual(line);
});

test.each([
  ['http://example.com', 'OUTCROP_TARGET has to begin with https:// unless it is on this machine.'],
  ['granite', "OUTCROP_TARGET has to be aws, emulator or a URL, and it is 'granite'."],
])('OUTCROP_TARGET=%s is refused', async (target, line) => {
  const { code, stderr } = await outcrop(['chat', 'Hi'], { env: { OUTCROP_TARGET: target } });
  expect({ code, stderr }).toEqual({ code: 2, stderr: `outcrop: ${line}\n` });
});

test.each([[[]], [['chat']], [['run']], [['models']], [['models', 'show']], [['doctor']]])(
  'the help of %j has examples, and no colours in a pipe',
  async (command) => {
    const { code, stdout, stderr } = await outcrop([...command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: outcrop/);
    expect(stdout).toMatch(/\nExamples:\n {2}\$ outcrop /);
    expect(stdout).not.toContain('\u001b');
  },
);

test('an answer from the emulator inside, without an account', async () => {
  const found = await outcrop(['chat', 'Which rock is *this*?', '--emulator']);
  expect(found).toEqual({ code: 0, stdout: 'You said: "Which rock is *this*?".\n', stderr: '' });
});

test('what is piped in stands below the question, and files come with it', async () => {
  const cwd = folderWith({ 'chart.png': png });
  const args = ['chat', 'Summarise', '--emulator', '--file', 'chart.png'];
  const { stdout } = await outcrop(args, { cwd, stdin: '# Report\n' });
  expect(stdout).toBe(`You said: "Summarise". You said: "# Report\\n". I see a png image of ${png.length} bytes.\n`);
});

test('what is piped in alone is the question', async () => {
  expect((await outcrop(['chat', '--emulator'], { stdin: 'Granite?' })).stdout).toBe('You said: "Granite?".\n');
});

test('--json prints the whole reply', async () => {
  const { code, stdout } = await outcrop(['chat', 'Hi', '--emulator', '--model', 'Nova Lite', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    text: 'You said: "Hi".',
    output: { message: { role: 'assistant', content: [{ text: 'You said: "Hi".' }] } },
    servedBy: { model: 'Nova Lite', region: 'us-east-1' },
    cost: { status: 'priced' },
  });
});

test('the system prompt, the limit, the models and the regions arrive', async () => {
  const { emulator, env } = await bedrock();
  const args = ['chat', 'Hi', '--system', 'Be brief.', '--max-tokens', '50', '--model', 'Nova Lite'];
  await outcrop(args, { env: { ...env, OUTCROP_REGIONS: 'us-west-2' } });
  expect(emulator.requests).toMatchObject([
    {
      modelId: expect.stringContaining('nova-lite'),
      region: 'us-west-2',
      request: { system: [{ text: 'Be brief.' }], inferenceConfig: { maxTokens: 50 } },
    },
  ]);
});

test('an answer that fails is one line, and code 1', async () => {
  const { emulator, env } = await bedrock();
  emulator.when().always(bedrockError('ValidationException', 'The text field is blank.'));
  const { code, stdout, stderr } = await outcrop(['chat', 'Hi'], { env });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^outcrop: [^\n]*\(invalid_request\)\n$/);
});

test('Ctrl-C stops an answer that does not come', async () => {
  const asked = Promise.withResolvers<void>();
  const { env } = await bedrock({
    respond: () => {
      asked.resolve();
      return fault('hang');
    },
  });
  const child = start(['chat', 'Hi'], { env });
  const end = ended(child);
  await asked.promise;
  child.kill('SIGINT');
  expect(await end).toEqual({ code: 130, stdout: '', stderr: 'outcrop: stopped.\n' });
});

test.each([
  'outcrop models | head -1',
  'outcrop models --json | head -c 1',
  'outcrop models | true',
  'outcrop chat Hi --emulator </dev/null | true',
])('%s is harmless', async (command) => {
  const [node, ...args] = program;
  const outcrop = [node, ...args].map((word) => `'${word}'`).join(' ');
  const line = command.replace('outcrop', outcrop);
  const found = await new Promise((resolve) => {
    execFile('bash', ['-o', 'pipefail', '-c', line], { env: cleanEnv() }, (error, _, stderr) =>
      resolve({ code: error?.code ?? 0, stderr }),
    );
  });
  expect(found).toEqual({ code: 0, stderr: '' });
});

test('models as a table and as JSON', async () => {
  const where = ['--region', 'eu-central-1', '--residency', 'eu', '--can', 'tools,images'];
  const [table, json] = await Promise.all([
    outcrop(['models', 'claude haiku', ...where]),
    outcrop(['models', 'claude haiku', ...where, '--json']),
  ]);
  expect(table.stdout).toMatch(
    /^MODEL +PROVIDER +CONTEXT +OUTPUT +IN \$\/M +OUT \$\/M +CAN\nClaude Haiku 4\.5 +Anthropic +200 k/,
  );
  const models = JSON.parse(json.stdout);
  expect(models.map(({ name }: { name: string }) => name)).toContain('Claude Haiku 4.5');
  for (const { can, routes } of models) {
    expect(can).toEqual(expect.arrayContaining(['tools', 'images']));
    expect(routes.map(({ route }: { route: string }) => route)).not.toContain('global');
  }
});

test('one model, with its ways', async () => {
  const [page, json] = await Promise.all([
    outcrop(['models', 'show', 'haiku 4.5', '--region', 'us-east-1']),
    outcrop(['models', 'show', 'haiku 4.5', '--region', 'us-east-1', '--json']),
  ]);
  expect(page.stdout).toContain('us.anthropic.claude-haiku-4-5-20251001-v1:0');
  expect(page.stdout).toContain('$1.1 in, $5.5 out for a million tokens · data stays in us');
  const { name, routes } = JSON.parse(json.stdout);
  expect(name).toBe('Claude Haiku 4.5');
  expect(new Set(routes.map(({ region }: { region: string }) => region))).toEqual(new Set(['us-east-1']));
});

test('nothing that is like that is no failure', async () => {
  const [text, json] = await Promise.all([outcrop(['models', 'basalt']), outcrop(['models', 'basalt', '--json'])]);
  expect(text).toEqual({ code: 0, stdout: '', stderr: 'No model is like that.\n' });
  expect(json).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
});

test('the doctor finds nothing wrong with the emulator', async () => {
  const { code, stdout } = await outcrop(['doctor', '--emulator', '--json']);
  const { ok, checks } = JSON.parse(stdout);
  expect({ code, ok }).toEqual({ code: 0, ok: true });
  expect(checks).toContainEqual({
    name: 'Claude Haiku 4.5 in us-east-1',
    status: 'ok',
    message: expect.stringContaining('answers (geo'),
  });
});

test('the doctor says what is wrong, and what to do', async () => {
  const { emulator, env } = await bedrock();
  emulator.when({ region: 'us-east-1' }).always(bedrockError('AccessDeniedException'));
  const { code, stdout, stderr } = await outcrop(['doctor', '--model', 'Nova Lite'], { env });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toMatch(/✗ Nova Lite in us-east-1: .*\(access_denied\)\n {2}→ /);
  expect(stdout).toMatch(/✓ Nova Lite in us-west-2: answers/);
});

test('without credentials the doctor says so once', async () => {
  const args = ['doctor', '--aws', '--model', 'Nova Lite', '--region', 'us-east-1,us-west-2', '--json'];
  const { code, stdout } = await outcrop(args);
  const problems = JSON.parse(stdout).checks.filter(({ status }: { status: string }) => status === 'problem');
  expect(code).toBe(1);
  expect(problems).toEqual([
    {
      name: 'credentials',
      status: 'problem',
      message: expect.any(String),
      advice: expect.stringContaining('AWS_PROFILE'),
    },
  ]);
});

test('what is asked where comes from the command, the environment, the project and the user, in this order', async () => {
  const cwd = folderWith({ 'outcrop.config.json': '{ "models": ["Nova Lite"] }' });
  mkdirSync(join(cwd, 'outcrop'));
  writeFileSync(join(cwd, 'outcrop/config.json'), '{ "models": ["Nova Pro"], "regions": ["eu-north-1"] }');
  const look = async (args: string[], env: Record<string, string> = {}) => {
    const { stdout } = await outcrop(['doctor', '--json', ...args], { cwd, env: { XDG_CONFIG_HOME: cwd, ...env } });
    const { checks } = JSON.parse(stdout) as { checks: { name: string; message: string }[] };
    return ['models', 'regions'].map((name) => checks.find((check) => check.name === name)?.message);
  };
  const userFile = join(cwd, 'outcrop', 'config.json');
  expect(await look([])).toEqual(['Nova Lite (outcrop.config.json)', `eu-north-1 (${userFile})`]);
  expect(await look([], { OUTCROP_MODEL: 'Nova Micro, Nova Pro', AWS_REGION: 'us-east-1' })).toEqual([
    'Nova Micro, Nova Pro (OUTCROP_MODEL)',
    `eu-north-1 (${userFile})`,
  ]);
  expect(await look(['--region', 'us-west-2'], { OUTCROP_REGIONS: 'us-east-1' })).toEqual([
    'Nova Lite (outcrop.config.json)',
    'us-west-2 (--region)',
  ]);
});

test.each([
  ['{ "models": "Nova Lite" }', /^outcrop: outcrop\.config\.json: models: .*\n$/],
  ['{ "target": "https://example.com" }', /^outcrop: outcrop\.config\.json: .*target.*\n$/],
  ['{', /^outcrop: outcrop\.config\.json is no JSON\.\n$/],
])('a wrong configuration file is refused: %s', async (content, line) => {
  const { code, stderr } = await outcrop(['chat', 'Hi', '--emulator'], {
    cwd: folderWith({ 'outcrop.config.json': content }),
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(line);
});

test('the emulator serves until it is interrupted, and reads its own options', async () => {
  const [node, ...args] = program;
  const child = spawn(node, [...args, 'emulator', '--port', '0'], {
    env: cleanEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const url = /http:\S+/.exec(line)?.[0] ?? '';
  const { stdout } = await outcrop(['chat', 'Hi'], { env: { OUTCROP_TARGET: url } });
  expect(stdout).toBe('You said: "Hi".\n');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  const wrong = await outcrop(['emulator', '--prot', '1']);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/^outcrop-emulator: .*--prot.*\n$/);
});
