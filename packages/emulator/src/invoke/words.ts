import type { Violation } from './schema.ts';

/** How a family says what is wrong with a body. */
export type Words = (violations: readonly Violation[]) => string;

/** What Bedrock says before the model has seen the body. Its validator of JSON Schema speaks through it. */
export const bedrockWords: Words = (violations) =>
  `Malformed input request: ${violations.map(bedrockWord).join(', ')}, please reformat your input and try again.`;

/** What Claude says: the first thing that is wrong, in the words of its own validator. */
export const claudeWords: Words = ([violation]) => (violation ? claudeWord(violation) : '');

const bedrockKinds: Record<string, string> = {
  array: 'JSONArray',
  boolean: 'Boolean',
  integer: 'Integer',
  null: 'Null',
  number: 'Number',
  object: 'JSONObject',
  string: 'String',
};

function bedrockWord(violation: Violation): string {
  const path = ['#', ...violation.path.filter((step) => typeof step !== 'object')].join('/');
  switch (violation.type) {
    case 'missing':
      return `${path}: required key [${violation.key}] not found`;
    case 'extraneous':
      return `${path}: extraneous key [${violation.key}] is not permitted`;
    case 'type': {
      const expected = violation.expected.map((kind) => bedrockKinds[kind]).join(' or ');
      return `${path}: expected type: ${expected}, found: ${bedrockKinds[violation.found]}`;
    }
    case 'minimum':
      return `${path}: ${violation.value} is not greater or equal to ${violation.bound}`;
    case 'maximum':
      return `${path}: ${violation.value} is not less or equal to ${violation.bound}`;
    case 'min_items':
      return `${path}: expected minimum item count: ${violation.bound}, found: ${violation.count}`;
    case 'max_items':
      return `${path}: expected maximum item count: ${violation.bound}, found: ${violation.count}`;
    case 'min_length':
      return `${path}: expected minLength: ${violation.bound}, actual: ${violation.count}`;
    case 'value':
      return `${path}: ${violation.value} is not a valid enum value`;
    case 'tag':
      return `${path}/${violation.tag}: ${violation.value} is not a valid enum value`;
    case 'pattern':
      return `${path}: string [${violation.value}] does not match pattern ${violation.pattern}`;
  }
}

const claudeKinds: Record<string, string> = {
  array: 'list',
  integer: 'integer',
  object: 'dictionary',
};

function claudeWord(violation: Violation): string {
  const steps = violation.path.map((step) => (typeof step === 'object' ? step.tag : step));
  const path = steps.join('.');
  switch (violation.type) {
    case 'missing':
      return `${[...steps, violation.key].join('.')}: Field required`;
    case 'extraneous':
      return `${[...steps, violation.key].join('.')}: Extra inputs are not permitted`;
    case 'type': {
      const expected = violation.expected.map((kind) => claudeKinds[kind] ?? kind);
      return `${path}: Input should be a valid ${expected.join(' or ')}`;
    }
    case 'minimum':
      return `${path}: Input should be greater than or equal to ${violation.bound}`;
    case 'maximum':
      return `${path}: Input should be less than or equal to ${violation.bound}`;
    case 'min_items':
      return (
        violation.words ??
        `${path}: List should have at least ${violation.bound} item after validation, not ${violation.count}`
      );
    case 'max_items':
      return `${path}: List should have at most ${violation.bound} items after validation, not ${violation.count}`;
    case 'min_length':
      return violation.words ?? `${path}: String should have at least ${violation.bound} character`;
    case 'value':
      return violation.words ?? `${path}: Input should be ${quoted(violation.allowed, ' or ')}`;
    case 'tag':
      return `${path}: Input tag '${violation.value}' found using '${violation.tag}' does not match any of the expected tags: ${quoted(violation.allowed, ', ')}`;
    case 'pattern':
      return violation.words ?? `${path}: String should match pattern '${violation.pattern}'`;
  }
}

function quoted(values: readonly string[], last: string): string {
  const all = values.map((value) => `'${value}'`);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')}${last}${all.at(-1)}`;
}
