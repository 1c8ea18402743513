export { eventChannel, publishEvents } from './publish-events.ts';
