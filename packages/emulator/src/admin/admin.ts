import type { Socket } from 'node:net';
import type { AccountQuota } from '../account/account.ts';
import type { Bedrock } from '../bedrock.ts';
import { type Check, number, object } from '../check.ts';
import { rule } from '../config/answers.ts';
import { outage } from '../config/config.ts';
import type { Chaos } from '../disturbances.ts';
import type { Emulator } from '../emulator.ts';
import { createExchange, type Exchange, type Request, type Response } from '../http/exchange.ts';
import type { Handler } from '../http/listen.ts';
import { lineOf } from '../journal.ts';
import type { Latency } from '../latency.ts';
import type { Rule } from '../when.ts';

/** What is switched by it. */
export type AdminOptions = {
  bedrock: Bedrock;
  refuseConnections: Emulator['refuseConnections'];
};

export const adminPath = '/_outcrop';
const maxBodyBytes = 1_000_000;
const mostRequests = 100;
// Scripts and outages that nobody ends.
const mostSwitches = 1_000;

type Switch = { kind: 'rules' | 'outages'; said: unknown; rule: Rule };
type Act = (body: unknown, id: string, afterAnswer: (act: () => void) => void) => unknown;

/** Switches an emulator that runs, for who is on the same machine and is no web page. */
export function createAdmin({ bedrock, refuseConnections }: AdminOptions): Handler {
  const switches = new Map<string, Switch>();
  let number = 0;

  function add(kind: Switch['kind'], said: unknown, rule: Rule): object {
    if (switches.size >= mostSwitches) end(switches.keys().next().value ?? '');
    number += 1;
    switches.set(String(number), { kind, said, rule });
    return { id: String(number) };
  }

  function end(id: string): void {
    const found = switches.get(id);
    if (found === undefined) throw new NotFound(`Nothing has the id ${JSON.stringify(id)}.`);
    found.rule.end();
    switches.delete(id);
  }

  function of(kind: Switch['kind']): object[] {
    return [...switches].flatMap(([id, each]) => (each.kind === kind ? [{ id, said: each.said }] : []));
  }

  function state(): object {
    const { account, pace, disturbances, journal } = bedrock;
    const { chaos = null } = disturbances;
    const said = { rules: of('rules'), outages: of('outages'), quotas: account.said() };
    return { latency: pace.latency, chaos, ...said, requests: journal.calls.length };
  }

  const acts: Record<string, Act> = {
    'GET ': state,
    'DELETE ': () => {
      for (const id of [...switches.keys()]) end(id);
      bedrock.pace.latency = 'none';
      bedrock.disturbances.chaos = undefined;
      bedrock.account.clear();
      return state();
    },
    'GET latency': () => bedrock.pace.latency,
    'PUT latency': (body) => {
      bedrock.pace.latency = body as Latency;
    },
    'GET chaos': () => bedrock.disturbances.chaos ?? null,
    'PUT chaos': (body) => {
      bedrock.disturbances.chaos = body === null ? undefined : (body as Chaos);
    },
    'GET rules': () => of('rules'),
    'POST rules': (body) => {
      const { when, answers, isForever } = rule(body, '');
      const said = bedrock.when(when);
      return add('rules', body, isForever ? said.always(answers[0] ?? '') : said.reply(...answers));
    },
    'DELETE rules': (_, id) => void end(id),
    'GET outages': () => of('outages'),
    'POST outages': (body) => {
      const { ms, exception, ...match } = outage(body, '');
      return add('outages', body, bedrock.disturbances.outage(match, { ms, exception }));
    },
    'DELETE outages': (_, id) => void end(id),
    'POST refusal': (body, _, afterAnswer) => {
      const { ms } = refusal(body, '');
      // Its own answer would be cut off otherwise.
      afterAnswer(() => void refuseConnections({ ms }));
    },
    'GET requests': () => bedrock.journal.calls.slice(-mostRequests).map((call) => JSON.parse(lineOf(call))),
    'DELETE requests': () => void bedrock.journal.forget(),
    'GET quotas': () => bedrock.account.said(),
    'POST quotas': (body) => bedrock.account.set(body as AccountQuota),
    'DELETE quotas': () => bedrock.account.clear(),
    'GET ledger': () => bedrock.account.ledger(),
  };

  async function answer(exchange: Exchange, { method, url = '' }: Request, response: Response): Promise<void> {
    const [, , name = '', id = ''] = new URL(url, 'http://localhost').pathname.split('/');
    const act = Object.hasOwn(acts, `${method} ${name}`) ? acts[`${method} ${name}`] : undefined;
    if (act === undefined) throw new NotFound(`There is no ${method} ${adminPath}/${name}.`);
    const said = await act(await bodyOf(exchange, method), id, (then) => response.once('finish', then));
    if (said === undefined) exchange.send(204, Buffer.alloc(0), {});
    else exchange.json(said);
  }

  return (request, response, connection) => {
    const exchange = createExchange(request, response, {
      requestId: bedrock.newRequestId(),
      region: 'local',
      connection,
      clock: bedrock,
    });
    const why = refusedBecause(request);
    if (why !== undefined) return exchange.error({ name: 'AccessDeniedException', status: 403, message: why });
    answer(exchange, request, response).catch((error: unknown) => {
      const status =
        error instanceof NotFound ? 404 : error instanceof TypeError || error instanceof RangeError ? 400 : 500;
      if (!exchange.opened()) exchange.error({ name: 'AdminError', status, message: (error as Error).message });
    });
  };
}

class NotFound extends Error {}

const refusal: Check<{ ms: number }> = object<{ ms: number }>({ ms: number(0, 2 ** 31 - 1) }, ['ms']);

async function bodyOf(exchange: Exchange, method: string | undefined): Promise<unknown> {
  if (method !== 'POST' && method !== 'PUT') return undefined;
  // No page of another origin can send this type without asking first, and that question is refused.
  if (!String(exchange.headers['content-type']).startsWith('application/json')) {
    throw new TypeError('The content-type has to be application/json.');
  }
  const body = await exchange.body(maxBodyBytes);
  if (body === undefined) throw new RangeError(`The body is larger than ${maxBodyBytes} bytes.`);
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new TypeError('The body is not JSON.');
  }
}

const loopbackName = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;
const loopbackAddress = /^(127\.|::1$|::ffff:127\.)/;

/** A page may not: not from elsewhere, nor by a name that leads here only for now (DNS rebinding). */
function refusedBecause({ headers, socket }: Request): string | undefined {
  const host = String(headers[':authority'] ?? headers.host ?? '');
  if (!loopbackAddress.test((socket as Socket).remoteAddress ?? '')) return 'Only this machine itself may do that.';
  if (!loopbackName.test(host)) return 'The host has to be localhost, 127.0.0.1 or [::1].';
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return 'No web page may do that.';
  return undefined;
}
