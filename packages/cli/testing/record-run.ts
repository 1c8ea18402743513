// Prints what a person sees of a bulk run, at some moments of it: the text in the README. `pnpm record`
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pty from '@lydell/node-pty';
import { createEmulator, throttle } from '@outcrop/emulator';
import { createService } from '@outcrop/emulator/service';
import headless from '@xterm/headless';

const count = 5_000;
const moments = [10, 50, 90];
const [cols, rows] = [96, 12];
const commandLine = [
  'run',
  'reviews.csv',
  '--out',
  'german.jsonl',
  '--template',
  'Translate to German: {{text}}',
  '--max-tokens',
  '100',
];

const bucket = { burndown: 5, shape: { kind: 'token_bucket', burstSeconds: 10 } } as const;
const service = createService({
  now: () => performance.now(),
  quotas: {
    'us-east-1': { tokensPerMinute: 2_400_000, ...bucket },
    'us-west-2': { tokensPerMinute: 1_200_000, ...bucket },
  },
});
const emulator = await createEmulator({
  async respond({ region }) {
    const admission = service.admit(region, { inputTokens: 20, maxTokens: 100 });
    if (admission.type === 'throttled') return throttle(admission.limit);
    await sleep(300 + Math.random() * 600);
    if (admission.type === 'admitted') admission.call.settle({ inputTokens: 20, outputTokens: 60 });
    return 'Ein schöner, sehr harter Stein.'.repeat(8);
  },
});
const folder = mkdtempSync(join(tmpdir(), 'outcrop-record-'));
const lines = Array.from({ length: count }, (_, at) => `${at},"A lovely, very hard rock, number ${at}."`);
writeFileSync(join(folder, 'reviews.csv'), `id,text\n${lines.join('\n')}\n`);

const screen = new headless.Terminal({ cols, rows, allowProposedApi: true });
const program = ['--conditions=@outcrop/source', join(import.meta.dirname, '../src/bin.ts')];
const child = pty.spawn(process.execPath, [...program, ...commandLine], {
  cols,
  rows,
  cwd: folder,
  env: { ...process.env, TERM: 'xterm-256color', OUTCROP_TARGET: emulator.url },
});
console.log(`$ outcrop ${commandLine.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}\n`);
child.onData((data) => screen.write(data, onDrawn));
child.onExit(() =>
  screen.write('', async () => {
    console.log(shown());
    await emulator.close();
    rmSync(folder, { recursive: true });
  }),
);

function onDrawn(): void {
  const percent = Number(/\((\d+) %\)/.exec(shown())?.[1] ?? 0);
  if (percent < (moments[0] ?? Number.POSITIVE_INFINITY)) return;
  moments.shift();
  console.log(`${shown()}\n`);
}

function shown(): string {
  const { active } = screen.buffer;
  const all = Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString(true) ?? '');
  return all.join('\n').trimEnd();
}
