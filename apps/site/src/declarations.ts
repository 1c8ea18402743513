// The public API as text: what every entry exports, as its source declares it, without what stands inside of functions.
import type { DocumentationEntryPoint } from 'typedoc';
import ts from 'typescript';

/** What an entry exports: the name it is imported by, and its declarations as TypeScript. */
export type EntryText = { name: string; code: string };

/** The declarations of all entries. What an earlier entry declares is named, and not repeated. */
export function declarationsOf(entryPoints: readonly DocumentationEntryPoint[]): EntryText[] {
  const declaredIn = new Map<ts.Node, string>();
  const texts = entryPoints.map((entryPoint): EntryText => {
    const name = entryPoint.displayName;
    const handedOn = new Map<string, string[]>();
    const codes = exportsOf(entryPoint).flatMap(({ exported, nodes }) => {
      const from = nodes[0] && declaredIn.get(nodes[0]);
      if (from !== undefined) handedOn.set(from, [...(handedOn.get(from) ?? []), exported]);
      if (from !== undefined) return [];
      for (const node of nodes) declaredIn.set(node, name);
      return nodes.map((node) => textOf(node));
    });
    const also = [...handedOn].map(([from, names]) => `export { ${names.join(', ')} } from '${from}';`);
    return { name, code: [...also, ...codes].join('\n\n') };
  });
  return texts.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function exportsOf({ program, sourceFile }: DocumentationEntryPoint) {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(sourceFile);
  return (module === undefined ? [] : checker.getExportsOfModule(module)).map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return { exported: symbol.name, nodes: (target.declarations ?? []).map(statementOf) };
  });
}

/** A variable stands in a statement, which has its `const` and its comment. */
function statementOf(node: ts.Node): ts.Node {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node;
}

/** A declaration with its comments, and nothing of how it is done. */
function textOf(node: ts.Node): string {
  const text = node.getSourceFile().text;
  const hidden = [...hiddenIn(node)];
  let end = node.getEnd();
  let code = '';
  for (const { from, to, put } of hidden.reverse()) {
    code = put + text.slice(to, end) + code;
    end = from;
  }
  const start = ts.getLeadingCommentRanges(text, node.getFullStart())?.at(-1)?.pos ?? node.getStart();
  return (text.slice(start, end) + code).replace(/\n\s*\n/g, '\n').trim();
}

type Hidden = { from: number; to: number; put: string };

function* hiddenIn(node: ts.Node): Generator<Hidden> {
  if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
    yield { from: (node.body as ts.Node).getFullStart(), to: node.getEnd(), put: ';' };
  } else if (ts.isClassElement(node) && isPrivate(node)) {
    yield { from: node.getFullStart(), to: node.getEnd(), put: '' };
  } else if (ts.isPropertyDeclaration(node) && node.type !== undefined && node.initializer !== undefined) {
    yield { from: node.type.getEnd(), to: node.getEnd(), put: ';' };
  } else if (ts.isVariableDeclaration(node) && node.type !== undefined && node.initializer !== undefined) {
    yield { from: node.type.getEnd(), to: node.getEnd(), put: '' };
  } else {
    for (const child of node.getChildren()) if (!ts.isJSDoc(child)) yield* hiddenIn(child);
  }
}

function isPrivate(node: ts.ClassElement): boolean {
  const isHidden =
    ts.getCombinedModifierFlags(node as ts.Declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected);
  return isHidden !== 0 || (node.name !== undefined && ts.isPrivateIdentifier(node.name));
}
