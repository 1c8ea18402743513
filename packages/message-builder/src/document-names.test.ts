import { isDocumentName } from '@outcrop/converse';
import { createUserMessage, type MessageBuilder } from '@outcrop/message-builder';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const bytes = Uint8Array.of(1);

async function namesOf(builder: MessageBuilder) {
  const { content } = await builder.build();
  return content.flatMap(({ document }) => document?.name ?? []);
}

test.each([
  [{ filename: 'Résumé_2026.final.pdf' }, 'Resume-2026-final'],
  [{ filename: 'C:\\Users\\me\\report.pdf' }, 'report'],
  [{}, 'document'],
  [{ filename: 'report.pdf', name: 'Q3 report (draft) [2]' }, 'Q3 report (draft) [2]'],
  [{ name: 'Profit/Loss v1.2' }, 'Profit-Loss v1-2'],
  [{ name: 'document.pdf' }, 'document'],
  [{ name: '  ' }, 'document'],
  [{ name: 'a  b' }, 'a b'],
])('a document with %j is called %j', async (options, name) => {
  const builder = createUserMessage()
    .addText('?')
    .addDocumentBytes(bytes, { format: 'pdf', ...options });
  expect(await namesOf(builder)).toEqual([name]);
});

test('a name that was given and had to be changed is reported', async () => {
  const builder = createUserMessage()
    .addText('?')
    .addDocumentBytes(bytes, { format: 'pdf', name: 'report_v1' })
    .addDocumentBytes(bytes, { format: 'pdf', name: 'report-v1' })
    .addToolResult({ toolUseId: 'a', documents: [{ bytes, format: 'pdf', name: 'report-v1' }] });
  await builder.build();
  expect(builder.warnings).toEqual([
    {
      code: 'document_renamed',
      message:
        "The document 'report_v1' is called 'report-v1' in the message: Bedrock refuses its name, or another one has it.",
      path: 'content[1].document.name',
    },
    {
      code: 'document_renamed',
      message:
        "The document 'report-v1' is called 'report-v1 (2)' in the message: Bedrock refuses its name, or another one has it.",
      path: 'content[2].document.name',
    },
    {
      code: 'document_renamed',
      message:
        "The document 'report-v1' is called 'report-v1 (3)' in the message: Bedrock refuses its name, or another one has it.",
      path: 'content[3].toolResult.content[0].document.name',
    },
  ]);
});

test('a name that was given goes before one that is made of a file name, and that is no warning', async () => {
  const builder = createUserMessage()
    .addText('?')
    .addDocumentBytes(bytes, { format: 'pdf', filename: 'report.pdf' })
    .addDocumentText('x', { name: 'report' });
  expect(await namesOf(builder)).toEqual(['report (2)', 'report']);
  expect(builder.warnings).toEqual([]);
});

test('the caller can tell which file a document was', async () => {
  const builder = createUserMessage()
    .addText('?')
    .addFile(new File(['a,b\n'], '売上.csv'))
    .addFile(new File(['a,b\n'], '在庫.csv'))
    .addDocumentText('x', { name: 'notes' });
  expect(builder.fileNames).toEqual(new Map());
  await builder.build();
  expect(builder.fileNames).toEqual(
    new Map([
      ['document', '売上.csv'],
      ['document (2)', '在庫.csv'],
    ]),
  );
});

test('names are valid, unique and the same each time', async () => {
  const document = fc.record({ filename: fc.string(), name: fc.option(fc.string(), { nil: undefined }) });
  await fc.assert(
    fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 5 }), async (documents) => {
      const builder = createUserMessage().addText('?');
      for (const options of documents) builder.addDocumentBytes(bytes, { format: 'txt', ...options });
      const names = await namesOf(builder);
      expect(names.filter(isDocumentName)).toEqual(names);
      expect(new Set(names).size).toBe(documents.length);
      expect(await namesOf(builder)).toEqual(names);
    }),
  );
});
