import { WrongUse } from '../failure.ts';

/** What the variables of a template may be: a row of a table, or an object of a line. */
export type Variables = { readonly [name: string]: unknown };

/**
 * Puts variables into a template: `{{text}}`, `{{user.name}}`. What is no text is put in as JSON. What a variable
 * holds is not looked into, so that a prompt may speak of `{{this}}`. Throws {@link WrongUse} if one is missing.
 */
export function fillTemplate(template: string, variables: Variables): string {
  return template.replace(placeholder, (_, path: string) => {
    const value = valueAt(path, variables);
    if (value === undefined || value === null) throw new WrongUse(missing(path, variables));
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

/** The names that a template asks for. */
export function namesIn(template: string): string[] {
  return [...new Set([...template.matchAll(placeholder)].map(([, path = '']) => path))];
}

const placeholder = /\{\{\s*([^\s{}]+)\s*\}\}/g;

function valueAt(path: string, variables: Variables): unknown {
  // A column may have a dot in its name.
  if (Object.hasOwn(variables, path)) return variables[path];
  return path.split('.').reduce<unknown>((value, name) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
      ? (value as Variables)[name]
      : undefined;
  }, variables);
}

function missing(path: string, variables: Variables): string {
  return `the template asks for {{${path.slice(0, 60)}}}, and there is ${thereIs(variables)}.`;
}

/** The names of the variables, as far as anybody wants to read them. */
export function thereIs(variables: Variables): string {
  const names = Object.keys(variables);
  return names.length === 0 ? 'nothing' : `${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''}`;
}
