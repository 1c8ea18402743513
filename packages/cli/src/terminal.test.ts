import { expect, test } from 'vitest';
import { printable } from './terminal.ts';

test.each([
  ['Granite\tis\nhard.', 'Granite\tis\nhard.'],
  ['a\r\nb\rc', 'a\nb\nc'],
  ['\u001b[2J\u001b]0;owned\u0007', '[2J]0;owned'],
  ['\u009b2J\u0000\u0008\u007f', '2J'],
  ['Grüße, 岩石 🪨', 'Grüße, 岩石 🪨'],
])('%j is printed as %j', (text, printed) => expect(printable(text)).toBe(printed));
