// The public API as text: what every entry exports, as its source declares it, without what stands inside of functions.
import type { DocumentationEntryPoint } from 'typedoc';
import ts from 'typescript';

/** What an entry exports: the name it is imported by, and its declarations as TypeScript. */
export type EntryText = { name: string; code: string };

/** The declarations of all entries. What an earlier entry declares is named, and not repeated. */
export function declarationsOf(entryPoints: readonly DocumentationEntryPoint[]): EntryText[] {
  const declaredIn = new Map<ts.Node, string>();
  const entries = entryPoints.map((entryPoint) => {
    const handedOn = new Map<string, string[]>();
    const own = exportsOf(entryPoint).flatMap(({ exported, nodes }) => {
      const from = nodes[0] && declaredIn.get(nodes[0]);
      if (from !== undefined) handedOn.set(from, [...(handedOn.get(from) ?? []), exported]);
      if (from !== undefined) return [];
      for (const node of nodes) declaredIn.set(node, entryPoint.displayName);
      return nodes.filter((node) => !isImplementation(node, nodes));
    });
    return { entryPoint, handedOn, own };
  });
  const texts = entries.map(({ entryPoint, handedOn, own }): EntryText => {
    const also = [...handedOn].map(([from, names]) => `export { ${names.join(', ')} } from '${from}';`);
    const unnamed = namedBy(own, entryPoint.program.getTypeChecker()).filter((node) => !declaredIn.has(node));
    for (const node of unnamed) declaredIn.set(node, entryPoint.displayName);
    const rest = unnamed.map((node) => textOf(node).replace(/^export /m, ''));
    if (rest.length > 0) rest.unshift('// Not exported, but named above:');
    return { name: entryPoint.displayName, code: [...also, ...own.map(textOf), ...rest].join('\n\n') };
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

/** The types of the same package that these name and nobody can import, and those that they name in turn. */
function namedBy(nodes: readonly ts.Node[], checker: ts.TypeChecker): ts.Node[] {
  const found = new Set<ts.Node>();
  const look = (node: ts.Node): void => {
    if (isHidden(node) || ts.isBlock(node)) return;
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const symbol = checker.getSymbolAtLocation(ts.isTypeReferenceNode(node) ? node.typeName : node.expression);
      const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      for (const each of target?.declarations ?? []) {
        const isOurs = /\/packages\/[\w-]+\/src\//.test(each.getSourceFile().fileName);
        const isType = ts.isTypeAliasDeclaration(each) || ts.isInterfaceDeclaration(each);
        if (!isOurs || !isType || found.has(each)) continue;
        found.add(each);
        look(each);
      }
    }
    ts.forEachChild(node, look);
  };
  nodes.forEach(look);
  return [...found];
}

/** What has overloads is called by them only. */
function isImplementation(node: ts.Node, all: readonly ts.Node[]): boolean {
  const hasBody = ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
  return hasBody && all.some((each) => each !== node && ts.isFunctionLike(each));
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
  if (isHidden(node)) {
    yield { from: node.getFullStart(), to: node.getEnd(), put: '' };
  } else if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
    yield { from: (node.body as ts.Node).getFullStart(), to: node.getEnd(), put: ';' };
  } else if (ts.isPropertyDeclaration(node) && node.type !== undefined && node.initializer !== undefined) {
    yield { from: node.type.getEnd(), to: node.getEnd(), put: ';' };
  } else if (ts.isVariableDeclaration(node) && node.type !== undefined && node.initializer !== undefined) {
    yield { from: node.type.getEnd(), to: node.getEnd(), put: '' };
  } else {
    for (const child of node.getChildren()) if (!ts.isJSDoc(child)) yield* hiddenIn(child);
  }
}

function isHidden(node: ts.Node): boolean {
  if (!ts.isClassElement(node)) return false;
  const siblings = ts.isClassLike(node.parent) ? node.parent.members : [];
  const overloads = siblings.filter(
    (each) => each.name !== undefined && node.name !== undefined && each.name.getText() === node.name.getText(),
  );
  return isPrivate(node) || (ts.isMethodDeclaration(node) && isImplementation(node, overloads));
}

function isPrivate(node: ts.ClassElement): boolean {
  const hidden =
    ts.getCombinedModifierFlags(node as ts.Declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected);
  return hidden !== 0 || (node.name !== undefined && ts.isPrivateIdentifier(node.name));
}
