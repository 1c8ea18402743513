import { type MarkedToken, marked, type Token } from 'marked';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { Scrollable } from '../scrollable.tsx';
import { CodeBlock } from './code-block.tsx';

/**
 * Markdown as elements. It is never HTML on the way: what a model writes as HTML is shown as the text that it is, and
 * a link leads to the web or nowhere.
 */
export function Markdown({ text, isComing }: { text: string; isComing: boolean }) {
  const content = useMemo(() => blocks(marked.lexer(text)), [text]);
  return <div class={isComing ? 'markdown coming' : 'markdown'}>{content}</div>;
}

function blocks(tokens: readonly Token[]): ComponentChildren[] {
  return tokens.map((token, index) => <Node key={index} token={token as MarkedToken} />);
}

function Node({ token }: { token: MarkedToken }): ComponentChildren {
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      return <Heading depth={token.depth}>{blocks(token.tokens)}</Heading>;
    case 'paragraph':
      return <p>{blocks(token.tokens)}</p>;
    case 'code':
      return <CodeBlock code={token.text} language={token.lang ?? ''} />;
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>;
    case 'list': {
      const items = token.items.map((item, index) => <li key={index}>{blocks(item.tokens)}</li>);
      return token.ordered ? <ol start={token.start || 1}>{items}</ol> : <ul>{items}</ul>;
    }
    case 'table':
      return (
        <Scrollable label="Table">
          <table>
            <thead>
              <tr>
                {token.header.map((cell, index) => (
                  <th key={index}>{blocks(cell.tokens)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {token.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, at) => (
                    <td key={at}>{blocks(cell.tokens)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrollable>
      );
    case 'hr':
      return <hr />;
    case 'strong':
      return <strong>{blocks(token.tokens)}</strong>;
    case 'em':
      return <em>{blocks(token.tokens)}</em>;
    case 'del':
      return <del>{blocks(token.tokens)}</del>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link href={token.href}>{blocks(token.tokens)}</Link>;
    // A picture would be fetched from wherever the model says: its text and its address will do.
    case 'image':
      return <Link href={token.href}>{token.text || token.href}</Link>;
    case 'text':
      return token.tokens ? blocks(token.tokens) : token.text;
    case 'escape':
      return token.text;
    default:
      return token.raw;
  }
}

function Heading({ depth, children }: { depth: number; children: ComponentChildren }) {
  // The page has the levels above.
  return depth <= 2 ? <h3>{children}</h3> : <h4>{children}</h4>;
}

function Link({ href, children }: { href: string; children: ComponentChildren }) {
  if (!/^https?:\/\//i.test(href)) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noreferrer noopener nofollow">
      {children}
    </a>
  );
}
