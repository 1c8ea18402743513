import {
  type CallOptions,
  type Converse,
  ConverseError,
  type ConverseRequest,
  type ConverseResponse,
} from '@outcrop/converse';
import { reply } from '@outcrop/converse/testing';
import { LLMManager } from '@outcrop/manager';
import { createCatalog } from '@outcrop/model-catalog';
import { runAll } from '@outcrop/parallel';
import type { VirtualClock } from '@outcrop/retry-core/testing';
import { type Calls, countThrottle, type Request, type Strategy, type Tally } from '@outcrop/simulator';

// Its output burns down five times as fast as its input, as in the simulator's worlds, and each of these regions has a
// quota of its own for it.
const model = 'Claude Sonnet 4.5';
const regions = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1'];

/** The whole path as a user has it: a bulk run over a manager, with every default, and only the service is simulated. */
export const bulkRun: Strategy = async ({ targets }, requests, calls, clock, tally) => {
  const named = regions.slice(0, targets.length);
  const keys = new Map(named.map((region, index) => [region, targets[index]?.key ?? '']));
  const manager = new LLMManager({
    ...clock,
    models: [model],
    regions: named,
    catalog: createCatalog(),
    retry: { retryStrategy: (all) => all.filter(({ route }) => route === 'geo') },
    connect: ({ region }) => simulated(keys.get(region) ?? '', requests, { calls, clock, tally }),
  });
  const { capacity } = manager.memory.fleet;
  await runAll(manager, converseRequests(requests), { ...clock, capacity, retry: { rounds: 3 } }).summary;
  await manager.close();
};

function* converseRequests(requests: readonly Request[]): Iterable<ConverseRequest> {
  for (const [number, { estimatedInput, maxTokens }] of requests.entries()) {
    yield {
      messages: [{ role: 'user', content: [{ text: 'rock '.repeat(estimatedInput) }] }],
      inferenceConfig: { maxTokens },
      requestMetadata: { number: String(number) },
    };
  }
}

type World = { calls: Calls; clock: VirtualClock; tally: Tally };

function simulated(key: string, requests: readonly Request[], { calls, clock, tally }: World): Converse {
  async function converse(asked: ConverseRequest, { signal, onEvent }: CallOptions = {}): Promise<ConverseResponse> {
    const target = { model, id: key, region: key, route: 'geo' };
    onEvent?.({ type: 'attempt', target, attempt: 1 });
    const request = requests[Number(asked.requestMetadata?.['number'])] as Request;
    const leaving = new AbortController();
    try {
      const answer = await calls.send(key, request, signal ?? leaving.signal);
      if (answer.type === 'throttled') {
        countThrottle(tally, key);
        throw new ConverseError('throttled', 'Too many tokens.', { limit: answer.limit });
      }
      if (answer.type !== 'success') {
        tally.otherFailures++;
        throw new ConverseError(answer.type === 'error' ? 'internal' : 'unavailable', 'The service failed.');
      }
    } catch (error) {
      if (signal?.aborted) tally.otherFailures++;
      throw error;
    }
    tally.successes.push(clock.now());
    const { inputTokens, outputTokens } = request;
    return { ...reply('A rock.'), usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens } };
  }

  return {
    converse,
    converseStream() {
      throw new TypeError('A bulk run does not stream.');
    },
  };
}
