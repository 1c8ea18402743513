const htmlParts = new Set(
  (
    'head body title meta link base script style div p span table tbody thead tr td ul ol li dl h1 h2 h3 h4 h5 h6 a img ' +
    'br hr pre form section article main header footer nav iframe center font b i strong em blockquote details figure'
  ).split(' '),
);

/** What markup a text begins with: a whole HTML page, a piece of one, or an SVG picture. */
export function readMarkup(text: string): 'html' | 'fragment' | 'svg' | undefined {
  const start = /<(?:!doctype\s+)?([a-z][a-z0-9]*)(?=[\s/>])/iy;
  start.lastIndex = skipProlog(text);
  const [whole, tag] = start.exec(text)?.map((part) => part.toLowerCase()) ?? [];
  if (tag === 'html' || tag === 'svg') return tag;
  return tag !== undefined && !whole?.startsWith('<!') && htmlParts.has(tag) ? 'fragment' : undefined;
}

/** Where the first tag is: behind blanks, comments and processing instructions such as XML's own. */
function skipProlog(text: string): number {
  const blanks = /\s*/y;
  for (let at = 0; ; ) {
    blanks.lastIndex = at;
    blanks.exec(text);
    at = blanks.lastIndex;
    const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<?', at) ? '?>' : undefined;
    const end = close === undefined ? -1 : text.indexOf(close, at);
    if (close === undefined || end === -1) return at;
    at = end + close.length;
  }
}
