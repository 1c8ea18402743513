import { converseLimits } from './limits.ts';

/**
 * A document name that Bedrock takes, made of a file's name: ASCII letters, digits, single spaces, hyphens,
 * parentheses and square brackets, 1 to 200 of them. The extension goes, accents too, all else becomes a hyphen. The
 * same file name always gives the same document name, which prompt caching needs.
 *
 * Names have to be unique over the whole conversation: give the names that are taken, and a number is added to one
 * that is. The model reads the name, so a file name out of strange hands is a place for a prompt injection.
 *
 * @example
 * ```ts
 * import { documentName } from '@outcrop/converse';
 *
 * documentName('Résumé_2026.final.pdf'); // 'Resume-2026-final'
 * documentName('Résumé_2026.final.pdf', ['Resume-2026-final']); // 'Resume-2026-final (2)'
 * ```
 */
export function documentName(fileName: string, taken: Iterable<string> = []): string {
  const longest = converseLimits.documentNameLength;
  const name =
    fileName
      // No longer than any name can become, so that a hostile one costs nothing.
      .slice(-4 * longest)
      .replace(/^.*[/\\](?=[^/\\])/s, '')
      .replace(/(?<=.)\.[a-z0-9]{1,8}$/i, '')
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/\s+/g, ' ')
      .replace(/[^a-zA-Z0-9 \-()[\]]+/g, '\0')
      // At an end or beside a space it parts nothing.
      .replace(/ ?\0 | \0|^\0|\0$/g, ' ')
      .replaceAll('\0', '-')
      .trim()
      .slice(0, longest)
      .trim() || 'document';
  const others = new Set(taken);
  let unique = name;
  for (let number = 2; others.has(unique); number++) {
    const suffix = ` (${number})`;
    unique = name.slice(0, longest - suffix.length).trimEnd() + suffix;
  }
  return unique;
}

/** Whether Bedrock takes it as the name of a document, as far as its documentation says. */
export function isDocumentName(name: string): boolean {
  return name.length <= converseLimits.documentNameLength && /^(?!.* {2})[a-zA-Z0-9 \-()[\]]+$/.test(name);
}
