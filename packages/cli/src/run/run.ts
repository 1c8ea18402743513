import { createCatalog, isJournalError, openJournal, ParallelLLMManager, runAll } from '@outcrop/bedrock';
import { connect, type DestinationOptions, destinationOf } from '../destination.ts';
import { failureOf, WrongUse } from '../failure.ts';
import { takeInterrupts } from '../interrupt.ts';
import { readSettings, type SettingOptions } from '../settings.ts';
import type { Terminal } from '../terminal.ts';
import { checkPaths, openAnswers } from './answers.ts';
import { openDisplay } from './display.ts';
import { checkInput, requestsUntil } from './input.ts';
import type { RequestOptions } from './requests.ts';
import { openSource } from './rows.ts';
import { askingFor, readSchema } from './schema.ts';
import { forgiving, isSetUpFault } from './set-up-fault.ts';
import { createBudget, tooSmall } from './spending.ts';
import { createRate, type Standing } from './standing.ts';
import { type Report, summaryText } from './summary.ts';

/** What `outcrop run` can be told. */
export type RunOptions = DestinationOptions &
  SettingOptions &
  Omit<RequestOptions, 'schema'> & {
    out: string;
    schema?: string | undefined;
    budget?: number | undefined;
    concurrency?: number | undefined;
    retryFailed?: boolean | undefined;
    order: 'input' | 'completion';
    json?: boolean | undefined;
  };

/** Answers all prompts of a file or a folder, and goes on where an earlier run with the same output ended. */
export async function run(input: string, options: RunOptions, terminal: Terminal): Promise<number> {
  const { out, err } = terminal;
  const destination = destinationOf(options);
  const settings = readSettings(options);
  const journalPath = `${options.out}.journal`;
  checkPaths(options.out, journalPath);
  const schema = options.schema === undefined ? undefined : readSchema(options.schema);
  const requestOptions: RequestOptions = { ...options, schema };
  const source = openSource(input);
  const total = source.isRepeatable ? await checkInput(source, requestOptions) : undefined;

  await using connection = await connect(destination, settings);
  await using parallel = new ParallelLLMManager(connection.options);
  const manager = parallel.getUnderlyingManager();
  await manager.validate();
  const { budget: usd } = options;
  const budget = usd === undefined ? undefined : createBudget(usd, createCatalog(), connection.options);
  using journal = openJournal(journalPath, { retryFailed: options.retryFailed });
  using interrupt = takeInterrupts();

  const fault = new AbortController();
  const enough = AbortSignal.any([interrupt.ending, fault.signal]);
  const bulk = runAll(askingFor(schema, manager), requestsUntil(source, requestOptions, enough), {
    budget,
    capacity: manager.memory.fleet.capacity,
    maxConcurrency: options.concurrency,
    order: options.order,
    journal: forgiving(journal),
    signal: interrupt.stopping,
  });

  const failures: Record<string, number> = {};
  const rate = createRate();
  let restored = 0;
  let firstFault: unknown;

  function targets(): Standing['targets'] {
    return manager.stats().targets.map(({ model, region, replies, errors }) => {
      return { model, region, replies, throttles: errors['throttled'] ?? 0 };
    });
  }

  function standing(): Standing {
    const { ended, ok, failed, running, tokens, usd, elapsedMs } = bulk.progress();
    const perSecond = rate(elapsedMs, ended - restored);
    const isEnding = interrupt.ending.aborted;
    return { total, ended, ok, failed, running, tokens, usd, elapsedMs, perSecond, targets: targets(), isEnding };
  }

  const answers = openAnswers(options.out, { asObjects: schema !== undefined });
  const display = openDisplay(err, standing);
  if (journal.known > 0) display.note(`Going on: ${journal.known} are known from ${journalPath}.`);
  interrupt.ending.addEventListener('abort', display.sayEnding);
  try {
    const counted = bulk.summary;
    for await (const outcome of bulk) {
      if (outcome.restored) restored++;
      if (!('error' in outcome)) {
        answers.add(outcome);
        continue;
      }
      const { error } = outcome;
      failures[error.code] = (failures[error.code] ?? 0) + 1;
      if (isSetUpFault(error)) {
        // It would be the same with all the others.
        firstFault ??= error;
        fault.abort();
      } else answers.add(outcome);
    }
    const { success: _, total: read, ...figures } = await counted;
    const wasRead = total ?? (enough.aborted || figures.stoppedBy !== undefined ? null : read);
    const complete = figures.ok === wasRead;
    const report: Report = {
      out: options.out,
      journal: journalPath,
      complete,
      total: wasRead,
      ...figures,
      failures,
      targets: targets(),
    };
    answers.publish();
    display.close();
    out.write(options.json ? `${JSON.stringify(report)}\n` : `${summaryText(report)}\n`);
    if (firstFault !== undefined) err.write(`outcrop: ${failureOf(firstFault).line}\n`);
    if (figures.stoppedBy === 'budget') err.write(`outcrop: ${budgetWords(usd ?? 0, figures.ok - restored)}\n`);
    if (interrupt.stopping.aborted) return 130;
    return complete ? 0 : 1;
  } catch (error) {
    display.close();
    answers.discard();
    throw isJournalError(error) && error.code === 'other_input' ? otherInput(journalPath) : error;
  }
}

function budgetWords(usd: number, answered: number): string {
  return answered > 0 ? 'the budget is reached: the same command with a larger --budget goes on.' : tooSmall(usd);
}

function otherInput(journal: string): WrongUse {
  const what = 'other prompts, another template or another system prompt';
  return new WrongUse(`${journal} is of ${what}: give another --out, or remove that file to begin anew.`);
}
