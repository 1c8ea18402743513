import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { BulkView } from './bulk/bulk-view.tsx';
import { ChatView } from './chat/chat-view.tsx';
import { Icon } from './icon.tsx';
import { ModelsView } from './models/models-view.tsx';
import { isReachable, setup } from './setup.ts';
import { nextTheme, theme } from './theme.ts';

const places: Record<string, { title: string; View: ComponentType }> = {
  chat: { title: 'Chat', View: ChatView },
  bulk: { title: 'Bulk', View: BulkView },
  models: { title: 'Models', View: ModelsView },
};

const here = signal(placeInAddress() ?? 'chat');
addEventListener('hashchange', () => {
  here.value = placeInAddress() ?? here.value;
});

function placeInAddress(): string | undefined {
  const name = location.hash.slice(1);
  return Object.hasOwn(places, name) ? name : undefined;
}

/** The frame around the three places. */
export function App() {
  const { View = ChatView, title = '' } = places[here.value] ?? {};
  document.title = `${title} · Outcrop playground`;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <span class="brand">
          <img src={iconUrl} alt="" width="26" height="26" />
          <b>Outcrop</b>
        </span>
        <nav aria-label="Places">
          {Object.entries(places).map(([name, place]) => (
            <a key={name} href={`#${name}`} aria-current={name === here.value ? 'page' : undefined}>
              {place.title}
            </a>
          ))}
        </nav>
        <Mode />
        <button type="button" class="plain" onClick={nextTheme} title="Light, dark, or as the system has it">
          <Icon name={theme.value} />
          <span class="hidden">Theme: {theme.value}</span>
        </button>
      </header>
      <p class="banner bad" role="alert" hidden={isReachable.value}>
        The server does not answer. It is asked again until it does …
      </p>
      <main id="main" tabIndex={-1}>
        <View />
      </main>
    </>
  );
}

function Mode() {
  const mode = setup.value?.mode;
  if (mode === 'aws') return <strong class="mode bad">AWS: replies cost money</strong>;
  return <span class="mode">{mode === undefined ? '' : 'Emulated Bedrock'}</span>;
}

const iconUrl = new URL('./icon.svg', import.meta.url).href;
