import { expect, test } from 'vitest';
import { json, outgoing, type Shape } from './shape.ts';
import { event, message, request, response } from './shapes.ts';

test('free JSON begins at the same fields on the way out as in the table', () => {
  const fields = new Set<string>();
  const shapes = new Set<Shape>([message, request, response, event]);
  for (const { inside, fields: known = [] } of shapes) {
    shapes.add(inside);
    for (const [key, shape] of known) {
      if (shape === json) fields.add(key);
      else shapes.add(shape);
    }
  }
  expect(new Set(outgoing.fields?.keys())).toEqual(fields);
});
