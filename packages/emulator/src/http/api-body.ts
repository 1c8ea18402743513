import { bedrockError } from '../errors.ts';
import { type Checked, type Schema, type Violation, violationsOf } from '../invoke/schema.ts';

/** A body of an operation that is AWS's own and no model's. Keys that nobody knows are left alone. */
export function readApiBody<S extends Schema>(text: string, schema: S): Checked<S> {
  const body = parse(text);
  const violations = violationsOf(body, schema, { allowsUnknownKeys: true });
  if (violations.length === 0) return body as Checked<S>;
  const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected`;
  throw bedrockError('ValidationException', `${count}: ${violations.map(constraintOn).join('; ')}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the text.
    throw bedrockError('ValidationException', 'The request body is not JSON.');
  }
}

/** What is wrong in AWS's words, as far as those are known; the value itself is somebody's prompt. */
function constraintOn(violation: Violation): string {
  const steps = violation.path.filter((step) => typeof step !== 'object');
  const at = (path: readonly (string | number)[]) =>
    `Value at '${path.join('.')}' failed to satisfy constraint: Member`;
  switch (violation.type) {
    case 'missing':
      return `${at([...steps, violation.key])} must not be null`;
    case 'value':
      return `${at(steps)} must satisfy enum value set: [${violation.allowed.join(', ')}]`;
    case 'pattern':
      return `${at(steps)} must satisfy regular expression pattern: ${violation.pattern}`;
    case 'min_items':
    case 'min_length':
      return `${at(steps)} must have length greater than or equal to ${violation.bound}`;
    case 'max_items':
      return `${at(steps)} must have length less than or equal to ${violation.bound}`;
    case 'type':
      return `${at(steps)} must be of type ${violation.expected.join(' or ')}`;
    default:
      return `${at(steps)} is not valid`;
  }
}
