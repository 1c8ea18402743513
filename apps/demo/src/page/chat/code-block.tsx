import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Icon } from '../icon.tsx';

type Highlighter = typeof import('./highlighter.ts')['highlighter'];
type Highlighted = ReturnType<Highlighter['highlight']>['children'][number];

// Loaded with the first code that is shown; until then code is shown as it is.
const highlighter = signal<Highlighter | undefined>(undefined);
let isLoading = false;

/** Code with its colours, and a button that copies it. */
export function CodeBlock({ code, language }: { code: string; language: string }) {
  load();
  const [isCopied, setIsCopied] = useState(false);
  const name = language.split(/\s/)[0] ?? '';
  const known = highlighter.value;
  const content = useMemo(
    () => (known?.registered(name) ? elements(known.highlight(name, code).children) : code),
    [known, name, code],
  );

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(code);
    setIsCopied(true);
  }

  return (
    <figure class="code">
      <figcaption>
        {name || 'text'}
        <button type="button" class="plain" onClick={copy}>
          <Icon name={isCopied ? 'check' : 'copy'} />
          <span class="hidden">{isCopied ? 'Copied' : 'Copy the code'}</span>
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <pre tabIndex={0}>
        <code>{content}</code>
      </pre>
    </figure>
  );
}

function elements(nodes: readonly Highlighted[]): ComponentChildren[] {
  return nodes.map((node, index) => {
    if (node.type === 'text') return node.value;
    if (node.type !== 'element') return null;
    const names = node.properties['className'];
    return (
      <span key={index} class={Array.isArray(names) ? names.join(' ') : ''}>
        {elements(node.children)}
      </span>
    );
  });
}

async function load(): Promise<void> {
  if (isLoading) return;
  isLoading = true;
  highlighter.value = (await import('./highlighter.ts')).highlighter;
}
