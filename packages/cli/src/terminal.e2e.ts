import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsOf } from '@outcrop/converse/testing';
import { type EmulatedCall, fault } from '@outcrop/emulator';
import { expect, test } from 'vitest';
import { bedrock, folderWith } from '../testing/outcrop.ts';
import { openTerminal } from '../testing/pseudo-terminal.ts';

const rocks = (count: number) => Array.from({ length: count }, (_, at) => `"Rock ${at}?"\n`).join('');
const ctrlC = '\u0003';
const esc = '\u001b';

/** Bedrock that answers so many calls at once, and the others when it is let. */
async function haltingBedrock(atOnce: number) {
  const gate = Promise.withResolvers<void>();
  let calls = 0;
  const found = await bedrock({
    respond: async () => {
      if (++calls > atOnce) await gate.promise;
      return 'Granite.';
    },
  });
  return { ...found, goOn: gate.resolve };
}

test('a run shows how far it is, and leaves the summary alone behind', async () => {
  const { env, goOn } = await haltingBedrock(2);
  const cwd = folderWith({ 'p.jsonl': rocks(4) });
  const terminal = openTerminal(['run', 'p.jsonl', '--out', 'out.jsonl', '--max-tokens', '9'], { cwd, env });
  await terminal.until('2 of 4 (50 %)');
  await terminal.until('2 under way');
  const [bar, figures, ...targets] = terminal.screen().split('\n');
  expect(bar).toMatch(/^█+░+ {2}2 of 4 \(50 %\) · \d+(\.\d)?\/s · .* left$/);
  expect(figures).toMatch(/^2 answered · 2 under way · \d+ tokens · \$0\.\d+$/);
  expect(targets[0]).toMatch(/^Claude Haiku 4\.5 +us-east-1 +\d+ % +\d/);
  goOn();
  expect(await terminal.exited).toBe(0);
  expect(terminal.screen()).toMatch(/^4 of 4 answered in .*\n.* tokens in, .*\nAnswers are in out\.jsonl$/);
  const raw = terminal.raw();
  expect(raw.lastIndexOf(`${esc}[?25h`)).toBeGreaterThan(raw.lastIndexOf(`${esc}[?25l`));
});

test('Ctrl-C in a terminal finishes what is under way', async () => {
  const { env, goOn } = await haltingBedrock(0);
  const cwd = folderWith({ 'p.jsonl': rocks(9) });
  const terminal = openTerminal(['run', 'p.jsonl', '--out', 'out.jsonl', '--concurrency', '2'], { cwd, env });
  await terminal.until('2 under way');
  terminal.type(ctrlC);
  await terminal.until('Finishing 2 under way. Ctrl-C again stops at once.');
  goOn();
  expect(await terminal.exited).toBe(1);
  expect(terminal.screen()).toMatch(/2 of 9 answered in[\s\S]*7 are left: the same command goes on\.$/);
});

test.each([
  [{}, true],
  [{ NO_COLOR: '1' }, false],
  [{ TERM: 'dumb' }, false],
])('with %j colours are %s', async (more, expected) => {
  const cwd = folderWith({});
  const terminal = openTerminal(['models', 'nova lite'], { cwd, env: more });
  expect(await terminal.exited).toBe(0);
  expect(terminal.raw().includes(`${esc}[1m`)).toBe(expected);
});

test('an answer is shown as its Markdown means it, and commands nothing', async () => {
  const text = `# Rocks\n\n- **Granite** is \`hard\`.\n- Chalk is not.${esc}]0;owned\u0007${esc}[2J\n\n| rock | Mohs |\n|---|--:|\n| chalk | 3 |\n`;
  const { env } = await bedrock({ respond: () => text });
  const terminal = openTerminal(['chat', 'Which?'], { cwd: folderWith({}), env });
  expect(await terminal.exited).toBe(0);
  expect(terminal.screen()).toMatch(
    /^Rocks\n\n• Granite is hard\.\n• Chalk is not\.\]0;owned\[2J\n\nrock {3}Mohs\n─+ {2}─+\nchalk {5}3\nClaude Haiku 4\.5 in us-east-1 · /,
  );
  expect(terminal.raw()).not.toContain(`${esc}]0`);
});

test('a conversation: lines that go on, a paste, other models, what it cost, a file of it', async () => {
  const { env, emulator } = await bedrock({
    respond: ({ request }: EmulatedCall) => `Turn ${request.messages?.length}.`,
  });
  const cwd = folderWith({});
  const terminal = openTerminal(['chat'], { cwd, env });
  await terminal.until('/help says more.');
  terminal.type('First\\\r');
  await terminal.until('…');
  terminal.type('second\r');
  await terminal.until('Turn 1.');
  await terminal.until(/· .*s\n+›$/);
  terminal.type(`${esc}[200~a\nb${esc}[201~`);
  await terminal.until(/… b$/);
  terminal.type('\r');
  await terminal.until('Turn 3.');
  await terminal.until(/· .*s\n+›$/);
  expect(emulator.requests.map(({ request }) => request.messages?.at(-1)?.content[0]?.text)).toEqual([
    'First\nsecond',
    'a\nb',
  ]);
  terminal.type('/model Nova Lite\r');
  await terminal.until(/^Nova Lite$/m);
  terminal.type('/model Nova Light\r');
  await terminal.until("No model is called 'Nova Light'");
  terminal.type('/cost\r');
  await terminal.until(/tokens in, \d+ out: \$0\.\d+/);
  terminal.type('/save talk.json\r');
  await terminal.until('Saved as talk.json');
  terminal.type('/nonsense\r');
  await terminal.until('There is no /nonsense: /help says what there is.');
  terminal.type('/exit\r');
  expect(await terminal.exited).toBe(0);
  expect(JSON.parse(readFileSync(join(cwd, 'talk.json'), 'utf8'))).toHaveLength(4);
});

test('Ctrl-C stops an answer, and the conversation goes on; at an empty line it ends', async () => {
  const begun = eventsOf('Granite, and so on.').slice(0, 3);
  const { env, emulator } = await bedrock();
  emulator.when().reply([...begun, fault('hang')], 'Basalt.');
  const terminal = openTerminal(['chat'], { cwd: folderWith({}), env });
  await terminal.until('/help says more.');
  terminal.type('One?\r');
  await terminal.until('Granite');
  terminal.type(ctrlC);
  await terminal.until(/Stopped\. The question is not part of the conversation\.\n+›$/);
  terminal.type('Two?\r');
  await terminal.until(/Basalt\.\n[\s\S]*›$/);
  expect(emulator.requests[1]?.request.messages).toEqual([{ role: 'user', content: [{ text: 'Two?' }] }]);
  terminal.type(ctrlC);
  expect(await terminal.exited).toBe(0);
});

test('a conversation does not begin with a file that cannot be sent', async () => {
  const { env } = await bedrock();
  const terminal = openTerminal(['chat', '--file', 'no.png'], { cwd: folderWith({}), env });
  expect(await terminal.exited).toBe(2);
  expect(terminal.screen().replaceAll('\n', '')).toMatch(
    /^outcrop: There is no file '.*no\.png': check the spelling\.$/,
  );
});

test('on a terminal that cannot draw, a run says lines, and an answer is plain', async () => {
  const cwd = folderWith({ 'p.jsonl': rocks(2) });
  const env = { TERM: 'dumb' };
  const run = openTerminal(['run', 'p.jsonl', '--out', 'out.jsonl', '--max-tokens', '9', '--emulator'], { cwd, env });
  expect(await run.exited).toBe(0);
  expect(run.raw()).not.toContain(esc);
  const chat = openTerminal(['chat', 'Is *this* granite?', '--emulator'], { cwd, env });
  expect(await chat.exited).toBe(0);
  expect(chat.raw()).not.toContain(esc);
});

test('of a list of models a narrow terminal shows the names and the prices', async () => {
  const terminal = openTerminal(['models', 'haiku 4.5'], { cwd: folderWith({}), columns: 40 });
  expect(await terminal.exited).toBe(0);
  expect(terminal.screen()).toMatch(/^MODEL +IN \$\/M +OUT \$\/M\nClaude Haiku 4\.5 +1\.1 +5\.5$/);
});
