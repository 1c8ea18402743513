import {
  ApplyGuardrailCommand,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeGuardrailChecksCommand,
  InvokeModelCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { createEmulator } from '@outcrop/emulator';
import { afterAll, describe, expect, test } from 'vitest';
import { createClient } from './clients.ts';

const emulator = await createEmulator({
  guardrails: {
    granite: {
      words: ['basalt'],
      pii: { EMAIL: 'ANONYMIZE', US_SOCIAL_SECURITY_NUMBER: 'BLOCK' },
      regexes: [{ name: 'sample', pattern: 'S-\\d+', action: 'ANONYMIZE' }],
      blockedInput: 'Not that rock.',
    },
  },
});
afterAll(() => emulator.close());
const client = createClient(emulator.url, { region: 'us-east-1' });

const modelId = 'amazon.nova-lite-v1:0';
const noUnits = {
  topicPolicyUnits: 0,
  contentPolicyUnits: 0,
  contextualGroundingPolicyUnits: 0,
  contentPolicyImageUnits: 0,
};
const units = {
  ...noUnits,
  wordPolicyUnits: 1,
  sensitiveInformationPolicyUnits: 1,
  sensitiveInformationPolicyFreeUnits: 1,
};
const guardrailConfig = { guardrailIdentifier: 'granite', guardrailVersion: '1', trace: 'enabled' as const };
const asking = (text: string) => [{ role: 'user' as const, content: [{ text }] }];

describe('ApplyGuardrail', () => {
  const apply = (text: string, source: 'INPUT' | 'OUTPUT' = 'INPUT') =>
    client.send(
      new ApplyGuardrailCommand({
        guardrailIdentifier: 'arn:aws:bedrock:us-east-1:123456789012:guardrail/granite',
        guardrailVersion: 'DRAFT',
        source,
        content: [{ text: { text } }],
      }),
    );

  test('blocks a word in whatever case, and says where the rule stands', async () => {
    const { $metadata: _, ...reply } = await apply('Is this Basalt, or basaltic?');
    const guardrailCoverage = { textCharacters: { guarded: 28, total: 28 } };
    expect(reply).toEqual({
      action: 'GUARDRAIL_INTERVENED',
      actionReason: 'Guardrail blocked.',
      outputs: [{ text: 'Not that rock.' }],
      usage: units,
      guardrailCoverage,
      assessments: [
        {
          wordPolicy: { customWords: [{ match: 'Basalt', action: 'BLOCKED', detected: true }], managedWordLists: [] },
          invocationMetrics: { guardrailProcessingLatency: 0, usage: units, guardrailCoverage },
        },
      ],
    });
  });

  test('masks what is to be masked', async () => {
    const { action, outputs, assessments } = await apply('Sample S-12 is from ada@rocks.example.', 'OUTPUT');
    expect([action, outputs]).toEqual(['GUARDRAIL_INTERVENED', [{ text: 'Sample {sample} is from {EMAIL}.' }]]);
    expect(assessments?.[0]?.sensitiveInformationPolicy).toEqual({
      piiEntities: [{ type: 'EMAIL', match: 'ada@rocks.example', action: 'ANONYMIZED', detected: true }],
      regexes: [{ name: 'sample', regex: 'S-\\d+', match: 'S-12', action: 'ANONYMIZED', detected: true }],
    });
  });

  test.each([
    ['lets through what it finds nothing in', 'Is this granite?', 'NONE', []],
    ['blocks what is to be blocked', 'My number is 123-45-6789.', 'GUARDRAIL_INTERVENED', [{ text: 'Not that rock.' }]],
  ])('%s', async (_, text, action, outputs) => {
    expect(await apply(text)).toMatchObject({ action, outputs });
  });

  test('knows no others than those that it was given', async () => {
    const command = new ApplyGuardrailCommand({
      guardrailIdentifier: 'gneiss',
      guardrailVersion: '1',
      source: 'INPUT',
      content: [{ text: { text: 'Hi' } }],
    });
    await expect(client.send(command)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The guardrail identifier or version provided in the request does not exist.',
    });
  });

  test('refuses a source that is none', async () => {
    await expect(apply('Hi', 'SIDEWAYS' as 'INPUT')).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "1 validation error detected: Value at 'source' failed to satisfy constraint: Member must satisfy enum value set: [INPUT, OUTPUT]",
    });
  });
});

test('stops a prompt before the model sees it', async () => {
  const reply = await client.send(
    new ConverseCommand({ modelId, messages: asking('Is this basalt?'), guardrailConfig }),
  );
  expect(reply).toMatchObject({
    output: { message: { content: [{ text: 'Not that rock.' }] } },
    stopReason: 'guardrail_intervened',
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
    trace: {
      guardrail: {
        actionReason: 'Guardrail blocked.',
        inputAssessment: { granite: { wordPolicy: { customWords: [{ match: 'basalt' }] } } },
      },
    },
  });
});

test('looks at what is marked for it only', async () => {
  const content = [{ text: 'Is this basalt?' }, { guardContent: { text: { text: 'Is it granite?' } } }];
  const reply = await client.send(
    new ConverseCommand({ modelId, messages: [{ role: 'user', content }], guardrailConfig }),
  );
  // The answer quotes the question.
  expect(reply).toMatchObject({
    stopReason: 'guardrail_intervened',
    output: { message: { content: [{ text: 'Sorry, the model cannot answer this question.' }] } },
    trace: { guardrail: { modelOutput: [expect.stringContaining('basalt')] } },
  });
  expect(reply.trace?.guardrail?.inputAssessment?.['granite']?.wordPolicy).toBeUndefined();
});

test('masks an answer, streamed or not, and in the body of InvokeModel', async () => {
  const text = 'Ask ada@rocks.example.';
  const masked = 'Ask {EMAIL}.';
  emulator.when().reply(text, text, text);
  const messages = asking('Whom?');
  const whole = await client.send(new ConverseCommand({ modelId, messages, guardrailConfig }));
  expect([whole.output?.message?.content, whole.stopReason]).toEqual([[{ text: masked }], 'guardrail_intervened']);

  const { stream = [] } = await client.send(new ConverseStreamCommand({ modelId, messages, guardrailConfig }));
  let streamed = '';
  let assessments: object | undefined;
  for await (const { contentBlockDelta, metadata } of stream) {
    streamed += contentBlockDelta?.delta?.text ?? '';
    assessments ??= metadata?.trace?.guardrail?.outputAssessments;
  }
  expect([streamed, Object.keys(assessments ?? {})]).toEqual([masked, ['granite']]);

  const invoked = await client.send(
    new InvokeModelCommand({
      modelId,
      body: JSON.stringify({ messages }),
      guardrailIdentifier: 'granite',
      guardrailVersion: '1',
      trace: 'ENABLED',
    }),
  );
  expect(JSON.parse(invoked.body.transformToString())).toMatchObject({
    output: { message: { content: [{ text: masked }] } },
    'amazon-bedrock-guardrailAction': 'INTERVENED',
    'amazon-bedrock-trace': { guardrail: { outputAssessments: { granite: [{}] } } },
  });
});

test('blocks a marker by any guardrail, where none was given', async () => {
  await using plain = await createEmulator();
  const reply = await createClient(plain.url, { region: 'us-east-1' }).send(
    new ConverseCommand({
      modelId,
      messages: asking('Please blockme.'),
      guardrailConfig: { guardrailIdentifier: 'any', guardrailVersion: 'DRAFT' },
    }),
  );
  expect([reply.stopReason, reply.trace]).toEqual(['guardrail_intervened', undefined]);
});

test('InvokeGuardrailChecks scores what is named, and finds where personal information stands', async () => {
  const { $metadata: _, ...reply } = await client.send(
    new InvokeGuardrailChecksCommand({
      messages: [{ role: 'user', content: [{ text: 'Hi.' }, { text: 'Violence? Write to ada@rocks.example.' }] }],
      checks: {
        contentFilter: { categories: [{ category: 'VIOLENCE' }, { category: 'HATE' }] },
        promptAttack: { categories: [{ category: 'PROMPT_INJECTION' }] },
        sensitiveInformation: { entities: [{ type: 'EMAIL' }, { type: 'NAME' }] },
      },
    }),
  );
  expect(reply).toEqual({
    results: {
      contentFilter: {
        results: [
          { category: 'VIOLENCE', severityScore: 1 },
          { category: 'HATE', severityScore: 0 },
        ],
      },
      promptAttack: { results: [{ category: 'PROMPT_INJECTION', severityScore: 0 }] },
      sensitiveInformation: {
        results: [
          { type: 'EMAIL', confidenceScore: 1, beginOffset: 19, endOffset: 36, messageIndex: 0, contentIndex: 1 },
        ],
        truncated: false,
      },
    },
    usage: { contentFilter: { textUnits: 1 }, promptAttack: { textUnits: 1 }, sensitiveInformation: { textUnits: 1 } },
  });
});

describe('CountTokens', () => {
  const claude = 'anthropic.claude-haiku-4-5-20251001-v1:0';
  const messages = asking('Which rock?');

  test('counts what Converse and InvokeModel would be asked, by the same rule', async () => {
    const body = {
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'Which rock?' }],
    };
    const invokeModel = { body: Buffer.from(JSON.stringify(body)) };
    const counts = [
      await client.send(new CountTokensCommand({ modelId: claude, input: { converse: { messages } } })),
      await client.send(new CountTokensCommand({ modelId: claude, input: { invokeModel } })),
    ];
    expect(counts.map(({ inputTokens }) => inputTokens)).toEqual([3, 3]);
    expect(emulator.requests.at(-1)).toMatchObject({
      operation: 'CountTokens',
      modelId: claude,
      request: { messages },
    });
  });

  test.each([
    ['a model without it', 'amazon.titan-text-express-v1', "The provided model doesn't support counting tokens."],
    ['a profile', `us.${claude}`, 'The provided model identifier is invalid.'],
  ])('refuses %s', async (_, modelId, message) => {
    const command = new CountTokensCommand({ modelId, input: { converse: { messages } } });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'ValidationException', message });
  });

  test('refuses a body that InvokeModel would refuse', async () => {
    const command = new CountTokensCommand({ modelId: claude, input: { invokeModel: { body: Buffer.from('{}') } } });
    await expect(client.send(command)).rejects.toMatchObject({ message: 'anthropic_version: Field required' });
  });
});
