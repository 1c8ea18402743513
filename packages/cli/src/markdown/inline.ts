import type { Token, Tokens } from 'marked';
import type { Style } from '../terminal.ts';

/** The inside of a paragraph as text for a terminal. */
export function renderInline(tokens: readonly Token[] | undefined, style: Style): string {
  return (tokens ?? []).map((token) => renderToken(token, style)).join('');
}

function renderToken(token: Token, style: Style): string {
  switch (token.type) {
    case 'strong':
      return style('bold', renderInline(token.tokens, style));
    case 'em':
      return style('italic', renderInline(token.tokens, style));
    case 'del':
      return style('strikethrough', renderInline(token.tokens, style));
    case 'codespan':
      return style('cyan', unescaped(token['text']));
    case 'br':
      return '\n';
    case 'link':
      return renderLink(token as Tokens.Link, style);
    case 'image':
      return `${token['text'] || 'image'} ${style('dim', `(${token['href']})`)}`;
    case 'html':
      return token.raw;
    default:
      if ('tokens' in token && token.tokens) return renderInline(token.tokens, style);
      return unescaped('text' in token ? token.text : token.raw);
  }
}

function renderLink({ tokens, href }: Tokens.Link, style: Style): string {
  const text = renderInline(tokens, style);
  return text === href || `mailto:${text}` === href
    ? style('underline', text)
    : `${style('underline', text)} ${style('dim', `(${href})`)}`;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** Models write these few, and a terminal does not know them. */
function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? '');
}
