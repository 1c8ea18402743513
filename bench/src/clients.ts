/** Who is measured: the file in `clients/` that makes it, the packages it is of, and what it does otherwise than the rest. */
export type ClientEntry = { file: string; packages: readonly string[]; note: string };

export const clients = {
  'node:http': {
    file: 'node-http',
    packages: [],
    note: 'signs nothing, parses nothing: what no client can be quicker than',
  },
  'AWS SDK': {
    file: 'aws-sdk',
    packages: ['@aws-sdk/client-bedrock-runtime'],
    note: 'as it comes: over HTTP/2, a session for each call; without its retries, like all peers',
  },
  'AWS SDK, tuned': {
    file: 'aws-sdk-best',
    packages: ['@aws-sdk/client-bedrock-runtime', '@smithy/node-http-handler'],
    note: 'at its best: over HTTP/1.1 with connections kept, its middleware cached',
  },
  LLMManager: {
    file: 'manager-sdk',
    packages: ['@outcrop/bedrock'],
    note: 'eight targets in four regions, whose quotas it has learned; retries and fail-over on; over the AWS SDK',
  },
  'LLMManager, direct': {
    file: 'manager-direct',
    packages: ['@outcrop/bedrock'],
    note: 'the same without the AWS SDK',
  },
  providers: {
    file: 'providers-sdk',
    packages: ['@outcrop/providers'],
    note: 'one model in one region; requests are repaired, replies are judged; over the AWS SDK',
  },
  'providers, direct': {
    file: 'providers-direct-node',
    packages: ['@outcrop/providers'],
    note: 'the same without the AWS SDK, over `node:http`',
  },
  'providers, fetch': {
    file: 'providers-direct-fetch',
    packages: ['@outcrop/providers'],
    note: 'the same without the AWS SDK, over `fetch`, as in a page',
  },
  'AI SDK': {
    file: 'ai-sdk',
    packages: ['ai', '@ai-sdk/amazon-bedrock'],
    note: '`generateText` and `streamText`; over `fetch`',
  },
  LangChain: {
    file: 'langchain',
    packages: ['@langchain/aws', '@langchain/core'],
    note: '`invoke` and `stream` of `ChatBedrockConverse`; over the AWS SDK',
  },
  Strands: {
    file: 'strands',
    packages: ['@strands-agents/sdk'],
    note: '`stream` of `BedrockModel`, without an agent; over the AWS SDK, of which it keeps the HTTP/2 session',
  },
} as const satisfies Record<string, ClientEntry>;

export type ClientName = keyof typeof clients;

/** Ratios are to this one. */
export const base = 'AWS SDK' satisfies ClientName;

/** A page has it, a server does not need it: it stands in `bench:providers` alone. */
export const onServers = (Object.keys(clients) as ClientName[]).filter((name) => name !== 'providers, fetch');
