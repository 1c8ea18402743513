import { createUserMessage } from '@outcrop/message-builder';
import { expect, test } from 'vitest';

const bytes = Uint8Array.of(1, 2, 3);

test('a result can be anything at once, in a fixed order', async () => {
  const result = {
    toolUseId: 'tooluse_1',
    videos: [{ bytes, format: 'mp4' as const }],
    documents: [new File(['a,b\n'], 'table.csv'), { bytes, format: 'pdf' as const, name: 'Report' }],
    images: [{ bytes: new Blob([bytes]), format: 'png' as const }],
    json: { rows: [{ city: 'Bern', mayor: undefined }] },
    text: 'Found:',
    status: 'success' as const,
  };
  const { content } = await createUserMessage().addToolResult(result).build();
  expect(content).toEqual([
    {
      toolResult: {
        toolUseId: 'tooluse_1',
        content: [
          { text: 'Found:' },
          { json: { rows: [{ city: 'Bern' }] } },
          { image: { format: 'png', source: { bytes } } },
          { document: { format: 'csv', name: 'table', source: { bytes: new TextEncoder().encode('a,b\n') } } },
          { document: { format: 'pdf', name: 'Report', source: { bytes } } },
          { video: { format: 'mp4', source: { bytes } } },
        ],
        status: 'success',
      },
    },
  ]);
});

test('a result can be nothing', async () => {
  const { content } = await createUserMessage().addToolResult({ toolUseId: 'a' }).build();
  expect(content).toEqual([{ toolResult: { toolUseId: 'a', content: [] } }]);
});

test('problems inside a result say where they are', async () => {
  const images = [{ bytes, format: 'png' as const }, new Blob([])];
  const builder = createUserMessage().addText('?').addToolResult({ toolUseId: 'a', text: 'x', images });
  await expect(builder.build()).rejects.toMatchObject({
    problems: [{ code: 'empty_file', block: 1, path: 'content[1].toolResult.content[2]' }],
  });
});
