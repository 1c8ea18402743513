// Holds the table of errors in a guide to the code that decides: `check-guides.ts` fails where they differ, and
// `check-guides.ts --write` writes it anew.
import { errorAdvice } from '../packages/converse/src/advice.ts';
import { again, policy } from '../packages/manager/src/policy.ts';
import { holdGenerated } from './generated.ts';

type Code = keyof typeof errorAdvice;

const meanings: Readonly<Record<Code, string>> = {
  throttled: 'throttling: too many requests or tokens in a minute',
  quota_exhausted: 'the tokens of the day, or a service quota, are used up',
  unavailable: '503, an outage, refused, no such host, TLS',
  internal: '500',
  model_error: 'the model failed while it worked',
  model_not_ready: 'the model is being loaded',
  timeout: 'a deadline passed, ours (`phase`) or the model’s',
  connection: 'the connection broke, or what came was damaged',
  stream_truncated: 'the stream ended before the message did',
  malformed_reply: 'no JSON, an empty 200, the page of a proxy',
  credentials: 'expired, wrong or missing; or a wrong clock',
  access_denied: 'the account may not call this model; `hint` says what to ask for',
  unknown_model: 'no such model in this region',
  model_retired: 'the model is gone',
  wrong_geography: 'a profile of another geography',
  needs_profile: 'the model is reached by an inference profile only',
  context_overflow: 'the prompt is longer than the model reads',
  too_large: 'a file, or all of them, are too large',
  unsupported_feature: 'the model does not take something (`feature`)',
  invalid_request: 'the request is wrong (`problems`)',
  content_refused: 'a filter refused',
  reply_rejected: '`validate` or a schema rejected the reply',
  budget_reached: 'a budget of yours is used up',
  exhausted: 'all of it was tried (`attempts`)',
};

const here: Readonly<Record<(typeof errorAdvice)[Code]['here'], string>> = {
  when_admitted: 'when its limit, as learned, has room',
  backoff: 'after a back-off',
  long_backoff: `after a back-off ${again.long_backoff?.delayFactor} times as long`,
  once: 'once',
  refresh_once: 'once, with fresh credentials, before the error is thrown',
  by_profile: 'by its profile, at once',
  without_feature: 'without it, if `allowDropping` names it',
  no: 'no',
};

// The manager counts these by options of their own.
const exceptions: Readonly<Partial<Record<Code, string>>> = {
  reply_rejected: 'a new call, `validation.retries` times',
};

const elsewhere: Readonly<Record<(typeof errorAdvice)[Code]['elsewhere'], string>> = {
  yes: 'yes',
  room: 'one that holds more',
  capable: 'one that takes it, first',
  no: 'no',
};

holdGenerated('docs/guides/fail-over.md', 'errors', 'scripts/check-guides.ts', errorTable());

function errorTable(): string {
  const rows = (Object.keys(errorAdvice) as Code[]).map((code) => {
    const advice = errorAdvice[code];
    return `| \`${code}\` | ${meanings[code]} | ${exceptions[code] ?? here[advice.here]} | ${elsewhere[advice.elsewhere]} | ${later(code)} |`;
  });
  return [
    '| `code` | what happened | the same target again | another target | later calls |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function later(code: Code): string {
  const { told, benchMs } = policy[code];
  if (benchMs !== undefined) return `leave it for ${duration(benchMs)}`;
  if (told === 'throttled') return 'go by the limit that was learned';
  return told === 'unavailable' || told === 'error' || told === 'timed_out' ? 'a breaker counts it' : '';
}

function duration(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 60) return `${minutes} minutes`;
  return minutes === 60 ? 'an hour' : `${minutes / 60} hours`;
}
