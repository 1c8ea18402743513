export { providers } from './providers.ts';
