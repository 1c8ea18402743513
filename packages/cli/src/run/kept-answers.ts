import { createHash } from 'node:crypto';
import { createCatalog, isJournalError, openJournal } from '@outcrop/bedrock';
import { WrongUse } from '../failure.ts';
import type { RequestOptions } from './requests.ts';

/** What the answers of a run depend on, beside its prompts. */
export type Circumstances = Pick<RequestOptions, 'template' | 'system' | 'maxTokens' | 'schema'> & {
  models: readonly string[];
  isOnThisMachine: boolean;
  /** Lets later answers come from other models than the earlier ones. */
  mixModels?: boolean | undefined;
  retryFailed?: boolean | undefined;
};

/**
 * Opens the journal that stands beside the output. Throws {@link WrongUse} before anything is sent if its answers were
 * given to something else than what is asked now: half of one run and half of another look like a whole.
 */
export function openKeptAnswers(path: string, circumstances: Circumstances): ReturnType<typeof openJournal> {
  const { retryFailed } = circumstances;
  try {
    return openJournal(path, { retryFailed, durability: 'power_loss', about: aboutOf(circumstances) });
  } catch (error) {
    if (!isJournalError(error) || error.code !== 'other_about') throw error;
    const names = error.differences.map(({ name }) => name);
    const what = error.differences.map(({ name, was, is }) => differs(name, was, is));
    const mixing = names.every((name) => name === '--model')
      ? ', or add --mix-models, which keeps those answers and asks these models for the rest'
      : '';
    throw new WrongUse(
      `${path} was begun otherwise: ${what.join(', ')}. Go on as it was begun, give another --out${mixing}.`,
    );
  }
}

/** Of what may be private only a hash is kept. */
function aboutOf({ models, isOnThisMachine, mixModels, template, system, schema, maxTokens }: Circumstances) {
  return {
    'sent to': isOnThisMachine ? 'an emulator' : 'AWS',
    '--template': hashOf(template),
    '--system': hashOf(system),
    '--schema': hashOf(schema === undefined ? undefined : JSON.stringify(schema)),
    '--max-tokens': String(maxTokens ?? 'not given'),
    ...(!mixModels && { '--model': namesOf(models) }),
  };
}

function hashOf(text: string | undefined): string {
  return text === undefined ? 'not given' : createHash('sha256').update(text).digest('base64url');
}

/** The same however they are called, and whichever is preferred. */
function namesOf(models: readonly string[]): string {
  const catalog = createCatalog();
  return [...new Set(models.map((model) => catalog.model(model).name))].sort().join(', ');
}

function differs(name: string, was: string, is: string): string {
  if (name === 'sent to') return `it was sent to ${was}, and this would be sent to ${is}`;
  if (was === 'not given') return `${name} was not given`;
  if (is === 'not given') return `${name} was given`;
  return name === '--model' || name === '--max-tokens' ? `${name} was ${was}, and is ${is}` : `${name} is another one`;
}
