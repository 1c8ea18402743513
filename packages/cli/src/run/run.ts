import { type BulkSummary, createCatalog, isJournalError, ParallelLLMManager, runAll } from '@outcrop/bedrock';
import { connect, type DestinationOptions, destinationOf, isRemote } from '../destination.ts';
import { failureOf, WrongUse } from '../failure.ts';
import { wholeNumber } from '../figures.ts';
import { takeInterrupts } from '../interrupt.ts';
import { readSettings, type SettingOptions } from '../settings.ts';
import type { Terminal } from '../terminal.ts';
import { checkPaths, openAnswers } from './answers.ts';
import { openDisplay } from './display.ts';
import { checkInput, requestsUntil } from './input.ts';
import { openKeptAnswers } from './kept-answers.ts';
import type { RequestOptions } from './requests.ts';
import { openSource } from './rows.ts';
import { askingFor, readSchema } from './schema.ts';
import { forgiving } from './set-up-fault.ts';
import { createBudget, tooSmall } from './spending.ts';
import { remarks, reportOf, summaryText } from './summary.ts';
import { createWatch } from './watch.ts';

/** What `outcrop run` can be told. */
export type RunOptions = DestinationOptions &
  SettingOptions &
  Omit<RequestOptions, 'schema'> & {
    out: string;
    schema?: string | undefined;
    budget?: number | undefined;
    concurrency?: number | undefined;
    retryFailed?: boolean | undefined;
    mixModels?: boolean | undefined;
    order: 'input' | 'completion';
    json?: boolean | undefined;
  };

/** Answers all prompts of a file or a folder, and goes on where an earlier run with the same output ended. */
export async function run(input: string, options: RunOptions, terminal: Terminal): Promise<number> {
  const { out, err } = terminal;
  const destination = destinationOf(options);
  const settings = readSettings(options);
  const journalPath = `${options.out}.journal`;
  checkPaths(input, options.out, journalPath);
  const schema = options.schema === undefined ? undefined : readSchema(options.schema);
  const requestOptions: RequestOptions = { ...options, schema };
  const source = openSource(input);
  const sayCount = (count: number) => err.write(`Reading ${input}: ${wholeNumber(count)} prompts so far.\n`);
  const total = source.isRepeatable ? await checkInput(source, requestOptions, sayCount) : undefined;

  await using connection = await connect(destination, settings);
  await using parallel = new ParallelLLMManager(connection.options);
  const manager = parallel.getUnderlyingManager();
  await manager.validate();
  const budget =
    options.budget === undefined ? undefined : createBudget(options.budget, createCatalog(), connection.options);
  using journal = openKeptAnswers(journalPath, {
    ...options,
    schema,
    models: connection.options.models,
    isOnThisMachine: !isRemote(destination),
  });
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
  const watch = createWatch(bulk, manager, total);
  const answers = openAnswers(options.out, { asObjects: schema !== undefined });
  const display = openDisplay(err, () => watch.standing(interrupt.ending.aborted));
  if (total === 0) display.note(`There is no prompt in ${input}.`);
  if (journal.known > 0) display.note(`Going on: ${wholeNumber(journal.known)} are known from ${journalPath}.`);
  interrupt.ending.addEventListener('abort', display.sayEnding);
  let figures: BulkSummary;
  try {
    const summary = bulk.summary;
    for await (const outcome of bulk) {
      if (watch.see(outcome)) answers.add(outcome);
      // It would be the same with all the others.
      else fault.abort();
    }
    figures = await summary;
    answers.publish();
  } catch (error) {
    answers.discard();
    throw isJournalError(error) && error.code === 'other_input' ? otherInput(journalPath) : error;
  } finally {
    display.close();
  }
  const isRead = !enough.aborted && figures.stoppedBy === undefined;
  const report = reportOf(figures, watch, {
    out: options.out,
    journal: journalPath,
    total: total ?? (isRead ? figures.total : null),
  });
  for (const remark of remarks(watch)) err.write(`${remark}\n`);
  out.write(options.json ? `${JSON.stringify(report)}\n` : `${summaryText(report)}\n`);
  if (watch.fault !== undefined) err.write(`outcrop: ${failureOf(watch.fault).line}\n`);
  if (figures.stoppedBy === 'budget')
    err.write(`outcrop: ${budgetWords(options.budget ?? 0, figures.ok - watch.restored)}\n`);
  if (interrupt.stopping.aborted) return 130;
  return report.complete ? 0 : 1;
}

function budgetWords(usd: number, answered: number): string {
  return answered > 0 ? 'the budget is reached: the same command with a larger --budget goes on.' : tooSmall(usd);
}

function otherInput(journal: string): WrongUse {
  return new WrongUse(`${journal} is of other prompts: give another --out, or remove that file to begin anew.`);
}
