import type { ComponentChildren } from 'preact';

/** What is wider than its place: it scrolls, so the keyboard has to reach it, and then it needs a name. */
export function Scrollable({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
    <section class="wide" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
