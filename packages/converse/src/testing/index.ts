export { type EventsOptions, eventsOf } from './events-of.ts';
export { reply, toolCall } from './replies.ts';
export {
  createScriptedConverse,
  type Script,
  type ScriptedCall,
  type ScriptedConverse,
  type ScriptedConverseOptions,
  type ScriptedReply,
} from './scripted-converse.ts';
export { type Delay, hang, type ScriptStep, type StepContext, wait } from './steps.ts';
