import { stripVTControlCharacters, styleText } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { plain, type Style } from '../terminal.ts';
import { renderMarkdown, settledLength } from './markdown.ts';

const look = { columns: 40, style: plain };

test.each([
  ['# Rocks\n\nGranite is\nhard.', 'Rocks\n\nGranite is\nhard.'],
  ['A **bold** _word_, `code` &amp; ~~nothing~~.', 'A bold word, code & nothing.'],
  ['[AWS](https://aws.amazon.com) and <https://a.b>', 'AWS (https://aws.amazon.com) and\nhttps://a.b'],
  ['- one\n- two\n  - inner\n- [x] done\n- [ ] not', '• one\n• two\n  • inner\n• ☑ done\n• ☐ not'],
  ['9. nine\n10. ten', '9.  nine\n10. ten'],
  ['- one\n\n- two', '• one\n\n• two'],
  ['> quoted\n> lines', '│ quoted\n│ lines'],
  ['```ts\nconst a = 1;\n\nconst b = 2;\n```', '  ts\n  const a = 1;\n  \n  const b = 2;'],
  ['| rock | Mohs |\n|---|--:|\n| **chalk** | 3 |', 'rock   Mohs\n─────  ────\nchalk     3'],
  ['| 岩石 | x |\n|---|---|\n| a | b |', '岩石  x\n────  ─\na     b'],
  ['a\n\n---\n\nb', `a\n\n${'─'.repeat(40)}\n\nb`],
  ['one two three four five six seven eight nine', 'one two three four five six seven eight\nnine'],
  ['a <b>c</b>', 'a <b>c</b>'],
  ['', ''],
])('%j is shown as %j', (markdown, shown) => {
  expect(renderMarkdown(markdown, look)).toBe(shown);
});

test('looks are put on where there are some', () => {
  const style: Style = (format, text) => styleText(format, text, { validateStream: false });
  expect(renderMarkdown('**a** `b`', { columns: 40, style })).toBe('\u001b[1ma\u001b[22m \u001b[36mb\u001b[39m');
  const coloured = renderMarkdown('- **one**\n\n# two\n\n| a |\n|---|\n| b |', { columns: 40, style });
  expect(stripVTControlCharacters(coloured)).toBe('• one\n\ntwo\n\na\n─\nb');
});

test('a wide table is made to fit', () => {
  const cell = 'a rather long cell of many words';
  const lines = renderMarkdown(`| one | two |\n|---|---|\n| ${cell} | ${cell} |`, look).split('\n');
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(40);
  expect(lines).toHaveLength(4);
});

const block = fc.constantFrom(
  '# A heading',
  'A paragraph of *some* words.',
  '- one\n- two\n  - inner',
  '1. one\n2. two',
  '> quoted',
  '```js\nlet a;\n\nlet b;\n```',
  '| a | b |\n|---|---|\n| 1 | 2 |',
  '---',
);

test('an answer that is shown as it comes is shown as it would be at once', () => {
  fc.assert(
    fc.property(
      fc.array(block, { minLength: 1, maxLength: 6 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 12 })),
      (parts, steps) => {
        const markdown = parts.join('\n\n');
        const shown: string[] = [];
        let open = '';
        for (let at = 0; at < markdown.length; ) {
          const step = steps.next().value ?? 1;
          open += markdown.slice(at, at + step);
          at += step;
          const length = settledLength(open);
          if (length > 0) {
            shown.push(renderMarkdown(open.slice(0, length), look));
            open = open.slice(length);
          }
        }
        shown.push(renderMarkdown(open, look));
        expect(shown.join('\n\n')).toBe(renderMarkdown(markdown, look));
      },
    ),
  );
});

test('nothing that a model writes breaks it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 200 }), (markdown, columns) => {
      renderMarkdown(markdown, { columns, style: plain });
      expect(settledLength(markdown)).toBeLessThanOrEqual(markdown.length);
    }),
  );
});
