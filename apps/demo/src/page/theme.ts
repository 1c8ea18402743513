import { effect } from '@preact/signals';
import { storedSignal } from './stored.ts';

const themes = ['auto', 'light', 'dark'] as const;

/** Light, dark, or as the system has it. */
export const theme = storedSignal<(typeof themes)[number]>('theme', 'auto', (value) => themes.includes(value as never));

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'auto';
}
