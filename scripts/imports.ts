import { readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';

/** One import of a source file: a type, a value, or a re-export. */
export type Import = { specifier: string; line: number };

/** Every import of a TypeScript or JavaScript file. Strings and comments that look like one are none. */
export function importsOf(file: string): Import[] {
  const source = readFileSync(file, 'utf8');
  const imports: Import[] = [];
  const add = (node: { type?: string; value?: unknown; start: number } | null | undefined) => {
    if (typeof node?.value !== 'string') return;
    imports.push({ specifier: node.value, line: source.slice(0, node.start).split('\n').length });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source as { value?: unknown; start: number }),
    TSImportType: (node) => add(node.source),
  }).visit(parseSync(file, source).program);
  return imports;
}
