// Who answers many requests under a quota that nobody has told them: each as its documentation does it, with its own
// retries. What goes to one region only is made once for each, and takes the requests in turn.
import type { ConverseRequest } from '@outcrop/converse';
import pLimit from 'p-limit';

/** What there is to be done, and where. */
export type BulkJob = { count: number; regions: readonly string[]; concurrency: number; endpoint: string };

/** Ends when each request has got its answer or will get none. Says each answer's text as it comes. */
export type RunBulk = (job: BulkJob, answered: (text: string) => void) => Promise<unknown>;

const modelId = 'us.amazon.nova-lite-v1:0';
const question = 'Which rock is this, and how can I tell?';
const maxTokens = 200;
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
const request: ConverseRequest = {
  messages: [{ role: 'user', content: [{ text: question }] }],
  inferenceConfig: { maxTokens },
};

// The SDK's own limiter, with as many tries as it wants.
const adaptive = { retryMode: 'adaptive', maxAttempts: 20 };

/** Each loads what it needs, and then runs. */
export const bulkClients = {
  ParallelLLMManager: async () => {
    const { ParallelLLMManager, textOf } = await import('@outcrop/bedrock');
    return async ({ count, regions, endpoint }, answered) => {
      await using manager = new ParallelLLMManager({ models: [modelId], regions, endpoint, auth: { credentials } });
      const run = manager.run(Array.from({ length: count }, () => request));
      for await (const outcome of run) if (outcome.type === 'ok') answered(textOf(outcome.reply));
    };
  },
  'AWS SDK': () => awsSdk({}),
  'AWS SDK, adaptive': () => awsSdk(adaptive),
  'AI SDK': () => aiSdk({}),
  'AI SDK, 10 retries': () => aiSdk({ maxRetries: 10 }),
  LangChain: async () => {
    const [{ ChatBedrockConverse }, { BedrockRuntimeClient }] = await Promise.all([
      import('@langchain/aws'),
      import('@aws-sdk/client-bedrock-runtime'),
    ]);
    return async ({ count, regions, concurrency, endpoint }, answered) => {
      const maxConcurrency = concurrency / regions.length;
      const inputs = Array.from({ length: count / regions.length }, () => question);
      const batches = regions.map(async (region) => {
        // Its own way to say an endpoint speaks TLS only.
        const client = new BedrockRuntimeClient({ endpoint, region, credentials });
        const chat = new ChatBedrockConverse({ model: modelId, region, credentials, client, maxTokens });
        // A `maxRetries` of its own it does not use; this is the library's way to try again.
        const model = chat.withRetry({ stopAfterAttempt: 6 });
        const got = await model.batch(inputs, { maxConcurrency }, { returnExceptions: true });
        for (const each of got) if (!(each instanceof Error)) answered(each.text);
      });
      await Promise.all(batches);
    };
  },
  Strands: () => strands({}),
  'Strands, adaptive': () => strands(adaptive),
} as const satisfies Record<string, () => Promise<RunBulk>>;

export type BulkClient = keyof typeof bulkClients;

async function awsSdk(config: Partial<typeof adaptive>): Promise<RunBulk> {
  const { BedrockRuntimeClient, ConverseCommand } = await import('@aws-sdk/client-bedrock-runtime');
  return (job, answered) =>
    inTurn(
      job,
      (region) => new BedrockRuntimeClient({ region, credentials, endpoint: job.endpoint, ...config }),
      async (client) => {
        const { output } = await client.send(new ConverseCommand({ modelId, ...(request as object) } as never));
        answered(output?.message?.content?.[0]?.text ?? '');
      },
    );
}

async function aiSdk(retries: { maxRetries?: number }): Promise<RunBulk> {
  const [{ createAmazonBedrock }, { generateText }] = await Promise.all([
    import('@ai-sdk/amazon-bedrock'),
    import('ai'),
  ]);
  const asked = { prompt: question, maxOutputTokens: maxTokens, ...retries };
  return (job, answered) =>
    inTurn(
      job,
      (region) => createAmazonBedrock({ ...credentials, region, baseURL: job.endpoint })(modelId),
      async (model) => answered((await generateText({ model, ...asked })).text),
    );
}

async function strands(config: Partial<typeof adaptive>): Promise<RunBulk> {
  const { Agent, BedrockModel, configureLogging } = await import('@strands-agents/sdk');
  const silent = () => {};
  configureLogging({ debug: silent, info: silent, warn: silent, error: silent });
  return (job, answered) => {
    const clientConfig = { endpoint: job.endpoint, credentials, ...config };
    return inTurn(
      job,
      (region) => new BedrockModel({ region, modelId, maxTokens, clientConfig, stream: false }),
      // An agent keeps its conversation, so each request has its own.
      async (model) => answered((await new Agent({ model, printer: false }).invoke(question)).toString()),
    );
  };
}

async function inTurn<T>(
  { count, regions, concurrency }: BulkJob,
  create: (region: string) => T,
  ask: (client: T) => Promise<void>,
): Promise<void> {
  const clients = regions.map(create);
  const limit = pLimit(concurrency);
  const one = (turn: number) => limit(() => ask(clients[turn % clients.length] as T));
  await Promise.allSettled(Array.from({ length: count }, (_, turn) => one(turn)));
}
