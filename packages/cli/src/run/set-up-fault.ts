import { type BulkOptions, type ConverseError, isConverseError } from '@outcrop/bedrock';

/** What is wrong with all requests, and not with this one. */
const faults: ReadonlySet<string> = new Set([
  'credentials',
  'access_denied',
  'unknown_model',
  'model_retired',
  'wrong_geography',
]);

/** Whether it says that no request at all will be answered, until somebody mends something. */
export function isSetUpFault(error: ConverseError): boolean {
  if (error.code !== 'exhausted') return isFault(error);
  return error.attempts.length > 0 && error.attempts.every((each) => each.error && isFault(each.error));
}

/** Without a status nobody was reached who could have given one: the network is away, or the address is wrong. */
function isFault({ code, status }: Pick<ConverseError, 'code' | 'status'>): boolean {
  return faults.has(code) || (code === 'unavailable' && status === undefined);
}

type Journal = NonNullable<BulkOptions['journal']>;

/** A journal that forgets such errors, so that the next run asks again without being told to. */
export function forgiving(journal: Journal): Journal {
  return {
    recall: (job) => journal.recall(job),
    record: (outcome) =>
      'error' in outcome && isConverseError(outcome.error) && isSetUpFault(outcome.error)
        ? undefined
        : journal.record(outcome),
  };
}
