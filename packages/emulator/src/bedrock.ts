import { randomUUID } from 'node:crypto';
import { type ConverseError, type ConverseResponse, isConverseError } from '@outcrop/converse';
import { requestFromJson } from '@outcrop/converse/json';
import type { Delay } from '@outcrop/converse/testing';
import { type Account, type AccountQuota, createAccount } from './account/account.ts';
import type { Visit } from './account/visit.ts';
import type { Answer } from './answer.ts';
import { type Answering, createAnswers, type SpoiltReply } from './answers.ts';
import { type Arrival, isStreamed } from './call.ts';
import { type ControlPlane, createControlPlane } from './control/control-plane.ts';
import { createDisturbances, type Disturbances } from './disturbances.ts';
import { type BedrockErrorName, bedrockError } from './errors.ts';
import { type Fault, factsOf, isFault, isWireFault, type WireFault } from './faults.ts';
import type { Guardrail } from './guardrails/guardrail.ts';
import { createGuards, type Guards } from './guardrails/guards.ts';
import { createJournal, failed, type Journal, type Outcome, type RecordedCall } from './journal.ts';
import { createPace, type Pace } from './latency.ts';
import { type AddedModels, createModels, type Models, type Place } from './models.ts';
import type { Played } from './play.ts';
import { readingRefusal } from './rules/reading.ts';
import { addressRefusal, requestRefusal } from './rules/rules.ts';
import { inputTokensOf } from './tokens.ts';
import { createScript, type Match, type Responder, type When } from './when.ts';

/** The service itself, without a wire: what both the sockets and the calls in process go through. */
export type Bedrock = {
  readonly models: Models;
  readonly account: Account;
  readonly journal: Journal;
  readonly disturbances: Disturbances;
  readonly pace: Pace;
  readonly delay: Delay;
  readonly wallNow: () => number;
  readonly guards: Guards;
  readonly control: ControlPlane;
  when(match?: Match): When;
  newRequestId(): string;
  /** The whole reply, or a fault that comes instead or spoils it. Rejects with what the service refuses. */
  converse(arrival: Arrival): Promise<ConverseResponse | SpoiltReply>;
  /** The events and faults of a stream, or the fault that comes instead of one. Rejects with what the service refuses. */
  converseStream(arrival: Arrival): Promise<AsyncIterable<Played> | WireFault>;
  /** How many tokens the prompt has. Throws what the service refuses. */
  countTokens(arrival: Arrival): number;
};

export type BedrockOptions = {
  respond: Responder;
  models: AddedModels | undefined;
  /** Whether rules refuse nothing. */
  lenient: boolean;
  /** Whether models end when their time has come. */
  lifecycle: boolean;
  quotas: readonly AccountQuota[] | undefined;
  guardrails: Readonly<Record<string, Guardrail>> | undefined;
  log: ((line: string) => void) | undefined;
  now: () => number;
  wallNow: () => number;
  random: () => number;
  delay: Delay;
};

export function createBedrock(options: BedrockOptions): Bedrock {
  const { respond, lenient, lifecycle, now, wallNow, random, delay } = options;
  const models = createModels(options.models);
  const account = createAccount(models, now, options.quotas);
  const guards = createGuards(options.guardrails);
  const journal = createJournal(options);
  const disturbances = createDisturbances({ now, random });
  const pace = createPace(delay, random);
  const script = createScript();
  const answers = createAnswers({ guards, pace, delay, now });
  let number = 0;

  /**
   * What happens to a call, in this order. Its credentials and its region were looked at where it came in
   * (`http/routes.ts`); in process there are no credentials.
   */
  async function serve<T>(
    arrival: Arrival,
    answer: (answering: Answering & { visit: Visit }) => Promise<T | WireFault>,
  ): Promise<T | WireFault> {
    const startedAt = now();
    // 1. It is read and written down. What cannot be read is not, and gets no number.
    const place = models.find(arrival.modelId, arrival.region);
    const wrongAddress = lenient ? undefined : addressRefusal({ ...arrival, place }, today());
    const call = take(arrival, place, wrongAddress);
    let visit: Visit | undefined;
    try {
      // 2. Rules refuse it.
      const inputTokens = inputTokensOf(call.request);
      const refused = wrongAddress ?? wrongRequest(call, place, inputTokens);
      if (refused) throw refused;

      // 3. An outage, a fault that was asked for, or chance comes instead of an answer. Neither takes any quota.
      const scripted = script.find(call);
      const disturbance = disturbances.ordered(call, arrival) ?? (scripted ? undefined : disturbances.byChance(call));
      if (disturbance instanceof Error) throw disturbance;
      if (disturbance && !needsAnswer(disturbance, call)) return instead(disturbance, call);

      // 4. Its access and its quotas are looked at.
      visit = account.enter(call, place, inputTokens);

      // 5. It is answered: by a guardrail, by what was said with `when`, or by the responder.
      let said =
        guards.ofPrompt(call.request) ?? (await saidBy(scripted && !disturbance ? scripted.next() : respond, call));
      let fault = disturbance;
      if (isFault(said) && needsAnswer(said, call)) {
        fault = said;
        said = await respond(call);
      }
      if (said instanceof Error) throw said;
      if (isFault(said)) return instead(said, call, visit);

      // 6. The answer is handed out at its pace. At its end it is settled and written down, as every failure is.
      return await answer({ call, visit, startedAt, inputTokens, said, fault });
    } catch (error) {
      end(call, failed(error, call.signal), visit);
      throw error;
    }
  }

  function take({ body, read, headers: _, ...arrival }: Arrival, place: Place, wrongAddress?: ConverseError) {
    const { traits } = place;
    try {
      const asked = read ? read() : { request: readRequest(body) };
      return journal.add({ ...arrival, ...asked, number: ++number, traits, delay, now });
    } catch (error) {
      throw wrongAddress ?? error;
    }
  }

  function wrongRequest({ operation, request }: RecordedCall, place: Place, inputTokens: number) {
    // The bodies of other operations have formats and words of their own.
    if (lenient || !operation.startsWith('Converse')) return undefined;
    return requestRefusal({ operation, place, request, inputTokens });
  }

  function today(): string | undefined {
    return lifecycle ? new Date(wallNow()).toISOString().slice(0, 10) : undefined;
  }

  function instead(fault: Fault, call: RecordedCall, visit?: Visit): WireFault {
    if (!isWireFault(fault)) throw bedrockError(fault.fault as BedrockErrorName);
    visit?.fail();
    end(call, { type: 'broken', fault: fault.fault }, visit);
    return fault;
  }

  function end(call: RecordedCall, outcome: Outcome, visit?: Visit): void {
    journal.end(call, outcome);
    if (outcome.type === 'answered') visit?.end();
    else if (outcome.type === 'failed') visit?.fail();
    else visit?.leave();
  }

  return {
    models,
    account,
    journal,
    disturbances,
    pace,
    delay,
    wallNow,
    guards,
    control: createControlPlane(account.isEnabled),
    when: script.when,
    newRequestId: randomUUID,

    converse: (arrival) =>
      serve(arrival, async ({ visit, ...answering }) => {
        const reply = await answers.whole(answering);
        const whole = isFault(reply) ? reply.reply : reply;
        if (whole) visit.took(whole.usage);
        end(answering.call, outcomeOf(reply), visit);
        return reply;
      }),

    converseStream: (arrival) =>
      serve(arrival, ({ visit, ...answering }) =>
        answers.stream(answering, { onEvent: visit.saw, onEnd: (outcome) => end(answering.call, outcome, visit) }),
      ),

    countTokens(arrival) {
      const call = take(arrival, models.find(arrival.modelId, arrival.region));
      try {
        const outage = disturbances.outageOf(call);
        if (outage) throw outage;
      } catch (error) {
        end(call, failed(error, call.signal));
        throw error;
      }
      const inputTokens = inputTokensOf(call.request);
      end(call, { type: 'counted', inputTokens });
      return inputTokens;
    },
  };
}

function saidBy(answerer: Answer | Responder, call: RecordedCall): Answer | Promise<Answer> {
  return typeof answerer === 'function' ? answerer(call) : answerer;
}

/** Whether the fault is one of an answer, which somebody has to give then; any other comes instead of one. */
function needsAnswer(fault: Fault, { operation }: RecordedCall): boolean {
  const isAmidStream = fault.afterEvents !== undefined && isStreamed(operation);
  return isAmidStream || (isWireFault(fault) && factsOf(fault).spoils === true);
}

function outcomeOf(reply: ConverseResponse | SpoiltReply): Outcome {
  if (!isFault(reply)) return { type: 'answered', reply };
  // What comes slowly comes.
  if (reply.fault === 'slow_bytes' && reply.reply) return { type: 'answered', reply: reply.reply };
  return { type: 'broken', fault: reply.fault };
}

function readRequest(body: unknown) {
  try {
    return requestFromJson(body);
  } catch (error) {
    if (!isConverseError(error)) throw error;
    throw bedrockError('ValidationException', readingRefusal(error));
  }
}
