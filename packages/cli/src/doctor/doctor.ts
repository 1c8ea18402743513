import { existsSync } from 'node:fs';
import { LLMManager, type Target } from '@outcrop/bedrock';
import { connect, type Destination, type DestinationOptions, destinationOf, isRemote } from '../destination.ts';
import { Interrupted, oneLine, WrongUse } from '../failure.ts';
import { takeInterrupts } from '../interrupt.ts';
import { configurationFiles, readSettings, type SettingOptions, type Settings } from '../settings.ts';
import type { Screen, Terminal } from '../terminal.ts';
import { type Check, checkSettings, checkTarget, quotaHints } from './checks.ts';

/** What `outcrop doctor` can be told. */
export type DoctorOptions = DestinationOptions & SettingOptions & { json?: boolean | undefined };

/** Looks at everything that a question needs. */
export async function doctor(options: DoctorOptions, terminal: Terminal): Promise<number> {
  const { out } = terminal;
  const checks: Check[] = [];
  const found = (...some: Check[]) => {
    checks.push(...some);
    if (!options.json) for (const check of some) out.write(`${linesOf(check, out)}\n`);
  };
  await examine(options, found);
  const ok = checks.every(({ status }) => status !== 'problem');
  if (options.json) out.write(`${JSON.stringify({ ok, checks })}\n`);
  else out.write(`\n${ok ? out.style('green', 'Nothing is wrong.') : out.style('red', 'Something is wrong.')}\n`);
  return ok ? 0 : 1;
}

async function examine(options: DoctorOptions, found: (...checks: Check[]) => void): Promise<void> {
  found({ name: 'node', status: 'ok', message: process.version });
  const settings = attempt('configuration', () => readSettings(options), found);
  if (settings === undefined) return;
  const files = configurationFiles().filter((file) => existsSync(file));
  found({
    name: 'configuration',
    status: 'ok',
    message: files.length > 0 ? files.join(', ') : 'no file, which is fine',
  });
  const destination = attempt('destination', () => destinationOf(options), found);
  if (destination === undefined) {
    found(...checkSettings(settings));
    return;
  }
  found({
    name: 'destination',
    status: 'ok',
    message: destination.kind === 'url' ? destination.url : destination.kind,
  });
  if (isRemote(destination)) {
    const said = checkSettings(settings);
    found(...said);
    if (said.some(({ status }) => status === 'problem')) return;
  }
  await askAll(destination, settings, found);
}

/** Every model in every region, one after the other: a doctor is in no hurry, and quotas may be small. */
async function askAll(
  destination: Destination,
  settings: Settings,
  found: (...checks: Check[]) => void,
): Promise<void> {
  using interrupt = takeInterrupts();
  await using connection = await connect(destination, settings);
  await using manager = new LLMManager(connection.options);
  const report = manager.validateConfiguration();
  found(
    ...report.errors.map(
      ({ message }): Check => ({
        name: 'models',
        status: 'problem',
        message,
        advice: 'Look it up with outcrop models.',
      }),
    ),
  );
  found(...report.warnings.map(({ message }): Check => ({ name: 'models', status: 'hint', message })));
  if (!report.valid) return;
  for (const target of bestWays(await manager.validate())) {
    try {
      const check = await checkTarget(manager, target, interrupt.ending);
      found(check);
      // It would be the same with all the others.
      if (check.name === 'credentials') return;
    } catch (error) {
      throw interrupt.ending.aborted ? new Interrupted() : error;
    }
  }
  found(...quotaHints(connection.options.models));
}

/** The first way to each model from each region. */
function bestWays(targets: readonly Target[]): Target[] {
  const ways = new Map<string, Target>();
  for (const target of targets) {
    const key = `${target.model} ${target.region}`;
    if (!ways.has(key)) ways.set(key, target);
  }
  return [...ways.values()];
}

function attempt<T>(name: string, read: () => T, found: (check: Check) => void): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WrongUse)) throw error;
    found({ name, status: 'problem', message: error.message });
    return undefined;
  }
}

const marks = { ok: ['green', '✓'], hint: ['yellow', '!'], problem: ['red', '✗'] } as const;

function linesOf({ name, status, message, advice }: Check, { style }: Screen): string {
  const [colour, mark] = marks[status];
  const line = `${style(colour, mark)} ${style('bold', name)}: ${oneLine(message)}`;
  return advice === undefined ? line : `${line}\n  → ${advice}`;
}
