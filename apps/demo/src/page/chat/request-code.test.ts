import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from '@outcrop/converse';
import { expect, test } from 'vitest';
import { requestCode } from './request-code.ts';

const bytes = new Uint8Array([1]);

const messages: Message[] = [
  {
    role: 'user',
    content: [{ text: 'It\'s "banded":\nwhich rock?' }, { image: { format: 'png', source: { bytes } } }],
  },
  {
    role: 'assistant',
    content: [
      { reasoningContent: { reasoningText: { text: 'Bands.', signature: 'c2ln' } } },
      { toolUse: { toolUseId: 'tooluse_1', name: 'look_up_rock', input: { rock: 'gneiss' } } },
    ],
  },
  {
    role: 'user',
    content: [{ toolResult: { toolUseId: 'tooluse_1', content: [{ json: { hardness: '7' } }], status: 'success' } }],
  },
  { role: 'assistant', content: [{ text: 'Gneiss.' }] },
  {
    role: 'user',
    content: [{ text: 'And this?' }, { document: { name: 'field-notes', format: 'md', source: { bytes } } }],
  },
];

const toolConfig = {
  tools: [{ toolSpec: { name: 'look_up_rock', inputSchema: { json: { type: 'object', properties: {} } } } }],
};

// The README is compiled by the gate, so what is copied compiles.
test('what is copied is the program in the README', async () => {
  const turns = messages.map((message, index) => ({
    message,
    fileNames: [index === 0 ? 'rock.png' : 'field notes.md'],
  }));
  const code = requestCode({ models: ['Claude Haiku 4.5', 'Nova Pro'], regions: ['us-east-1'], turns, toolConfig });
  const readme = await readFile(join(import.meta.dirname, '..', '..', '..', 'README.md'), 'utf8');
  expect(readme).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
});
