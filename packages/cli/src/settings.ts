import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { listIn } from './arguments.ts';
import { WrongUse } from './failure.ts';

/** Which models are asked where. Each comes with who said it, for `outcrop doctor`. */
export type Settings = {
  models: Setting;
  regions: Setting;
  residency: Setting;
};

/** A list, and where it comes from. `from` is missing where nobody said anything. */
type Setting = { values: readonly string[]; from?: string | undefined };

/** What the command line says. */
export type SettingOptions = {
  model?: readonly string[] | undefined;
  region?: readonly string[] | undefined;
  residency?: readonly string[] | undefined;
};

/** Where settings are looked for beside the command line. */
export type SettingPlaces = { env: NodeJS.ProcessEnv; files: readonly string[] };

const list = z.array(z.string().trim().min(1)).min(1);

/** What stands in a configuration file. Where requests go does not: a file that comes with a folder must not say it. */
const configuration = z.strictObject({
  models: list.optional(),
  regions: list.optional(),
  residency: list.optional(),
});

/** The project's file first, then the user's own. */
export function configurationFiles(env: NodeJS.ProcessEnv = process.env): string[] {
  const home = env['XDG_CONFIG_HOME']?.trim() || join(env['HOME']?.trim() || homedir(), '.config');
  return ['outcrop.config.json', join(home, 'outcrop', 'config.json')];
}

/** What is asked where: the command line goes before the environment, and that before the files. */
export function readSettings(
  { model, region, residency }: SettingOptions,
  { env, files }: SettingPlaces = { env: process.env, files: configurationFiles() },
): Settings {
  const configurations = files.flatMap((file) => {
    const found = readConfiguration(file);
    return found === undefined ? [] : [{ file, ...found }];
  });
  const fromFiles = (name: 'models' | 'regions' | 'residency'): Setting[] =>
    configurations.map(({ file, [name]: values }) => ({ values: values ?? [], from: file }));
  const fromEnv = (name: string): Setting => ({ values: listIn(env[name] ?? ''), from: name });
  return {
    models: first({ values: model ?? [], from: '--model' }, fromEnv('OUTCROP_MODEL'), ...fromFiles('models')),
    regions: first(
      { values: region ?? [], from: '--region' },
      fromEnv('OUTCROP_REGIONS'),
      ...fromFiles('regions'),
      fromEnv('AWS_REGION'),
      fromEnv('AWS_DEFAULT_REGION'),
    ),
    residency: first({ values: residency ?? [], from: '--residency' }, ...fromFiles('residency')),
  };
}

function first(...settings: Setting[]): Setting {
  return settings.find(({ values }) => values.length > 0) ?? { values: [] };
}

function readConfiguration(file: string): z.infer<typeof configuration> | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new WrongUse(`${file} cannot be read (${code}).`);
  }
  const found = configuration.safeParse(parse(file, text));
  if (found.success) return found.data;
  const problems = found.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new WrongUse(
    `${file}: ${problems.join('; ')}. It may say models, regions and residency, each a list of texts.`,
  );
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WrongUse(`${file} is no JSON.`);
  }
}
