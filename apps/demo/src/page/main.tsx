import { render } from 'preact';
import { App } from './app.tsx';
import { loadSetup } from './setup.ts';

render(<App />, document.getElementById('page') as HTMLElement);
loadSetup();
