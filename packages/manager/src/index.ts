export { manager } from './manager.ts';
