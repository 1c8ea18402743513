import { type ConverseError, textOf } from '@outcrop/converse';
import { type Arrival, type EmulatedCall, isStreamed } from './call.ts';
import { type Check, number, object, oneOf, record, wholeNumber } from './check.ts';
import { type BedrockErrorName, bedrockError, bedrockErrorNames } from './errors.ts';
import { faultFromText, faultHeader, faultNames, markerIn } from './fault-text.ts';
import type { Fault, FaultName } from './faults.ts';
import { createRandom } from './random.ts';
import { agrees, type Match, type Rule, readMatch } from './when.ts';

/** How often something goes wrong, by chance that is the same for the same seed. */
export type Chaos = {
  /** @default the emulator's own `random` */
  seed?: number | undefined;
  /** By the names of faults and exceptions: the share of calls, from 0 to 1. Together they are at most 1. */
  rates: Partial<Record<FaultName, number>>;
};

/** How long something is to last, and by which exception it shows. */
export type OutageOptions = {
  /** @default until it is ended */
  ms?: number | undefined;
  /** @default 'ServiceUnavailableException' */
  exception?: BedrockErrorName | undefined;
};

export type DisturbanceOptions = {
  now: () => number;
  random: () => number;
};

/** In a stream, chance hits before the headers or behind up to so many events. */
const chaosReachEvents = 10;

/** What goes wrong with calls, whatever would be answered to them. */
export function createDisturbances({ now, random }: DisturbanceOptions) {
  const outages = new Set<{ match: Match; endsAt: number; exception: BedrockErrorName }>();
  let chaos: Chaos | undefined;
  let dice = random;

  function outageWhere(isMeant: (match: Match) => boolean): ConverseError | undefined {
    for (const outage of outages) {
      if (now() >= outage.endsAt) outages.delete(outage);
      else if (isMeant(outage.match)) return bedrockError(outage.exception);
    }
    return undefined;
  }

  function outageOf(call: EmulatedCall): ConverseError | undefined {
    return outageWhere((match) => agrees(call, match));
  }

  return {
    /** In process nothing listens, and the calls fail all the same. */
    refusesConnections: false,

    outage(match: Match = {}, options: OutageOptions = {}): Rule {
      const { ms = Number.POSITIVE_INFINITY, exception = 'ServiceUnavailableException' } = readOutage(
        options,
        'outage',
      );
      const outage = { match: readMatch(match, 'match'), endsAt: now() + ms, exception };
      outages.add(outage);
      return { end: () => void outages.delete(outage) };
    },

    get chaos(): Chaos | undefined {
      return chaos;
    },
    set chaos(next: Chaos | undefined) {
      chaos = next === undefined ? undefined : readChaos(next, 'chaos');
      dice = chaos?.seed === undefined ? random : createRandom(chaos.seed);
    },

    outageOf,

    /** The outage of a region as a whole, for what is no call of a model. */
    outageIn: (here: string) =>
      outageWhere((match) => {
        if (typeof match === 'function') return false;
        const { operation, modelId, region = here } = match;
        return operation === undefined && modelId === undefined && region === here;
      }),

    /** What an outage, a header or a marker in the prompt do to a call, in this order. */
    ordered(call: EmulatedCall, arrival: Arrival): Fault | ConverseError | undefined {
      const outage = outageOf(call);
      if (outage) return outage;
      const last = call.request.messages?.at(-1);
      const text = arrival.headers?.[faultHeader] ?? (last?.role === 'user' ? markerIn(textOf(last)) : undefined);
      return text === undefined ? undefined : faultAskedFor(String(text));
    },

    /** What chance does to a call. */
    byChance({ operation }: Pick<EmulatedCall, 'operation'>): Fault | undefined {
      if (chaos === undefined) return undefined;
      let at = dice();
      for (const [name, rate = 0] of Object.entries(chaos.rates)) {
        at -= rate;
        if (at >= 0) continue;
        const events = isStreamed(operation) ? Math.floor(dice() * (chaosReachEvents + 1)) - 1 : -1;
        return { fault: name as FaultName, ...(events < 0 ? {} : { afterEvents: events }) };
      }
      return undefined;
    },
  };
}

export type Disturbances = ReturnType<typeof createDisturbances>;

function faultAskedFor(text: string): Fault | ConverseError {
  try {
    return faultFromText(text);
  } catch (error) {
    return bedrockError('ValidationException', (error as Error).message);
  }
}

type Rates = Chaos['rates'];

const chaosFields = object<Chaos>(
  { seed: wholeNumber(0), rates: record(oneOf(faultNames()), number(0, 1)) as Check<Rates> },
  ['rates'],
);

/** Chaos out of code, a file or the admin API. Throws a TypeError that says what is wrong and where. */
export const readChaos: Check<Chaos> = (value, path) => {
  const chaos = chaosFields(value, path);
  const rates = Object.values(chaos.rates);
  const sum = rates.reduce((total, rate) => total + rate, 0);
  if (sum <= 1 + Number.EPSILON * rates.length) return chaos;
  throw new TypeError(`${path}.rates may be 1 all together at most, and they are ${sum}.`);
};

export const outageFields = { ms: number(0, Number.POSITIVE_INFINITY), exception: oneOf(bedrockErrorNames()) };

const readOutage: Check<OutageOptions> = object<OutageOptions>(outageFields);
