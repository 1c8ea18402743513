import type { ConverseResponse, ConverseStreamEvent } from '@outcrop/converse';
import { unfencedEvents, unfencedReply } from './fenced-output.ts';
import type { PreparedRequest } from './prepare.ts';
import type { Run } from './run.ts';
import { toolOutputEvents, toolOutputReply } from './tool-output.ts';

type Restorer = Pick<PreparedRequest, 'restoreReply' | 'restoreEvents'>;

/** The way back of what was changed on the way there. Where nothing was, it is free. */
export function restorerFor({ output, toolNames }: Run): Restorer {
  const toolName = output?.toolName;
  const decoded: Restorer =
    toolName !== undefined
      ? { restoreReply: (reply) => toolOutputReply(reply, toolName), restoreEvents: () => toolOutputEvents(toolName) }
      : output?.rung === 'instruction'
        ? { restoreReply: unfencedReply, restoreEvents: unfencedEvents }
        : untouched;
  if (!toolNames?.changed) return decoded;
  return {
    restoreReply: (reply) => renamedReply(decoded.restoreReply(reply), toolNames.fromWire),
    restoreEvents() {
      const decode = decoded.restoreEvents();
      return (event) => decode(event).map((each) => renamedEvent(each, toolNames.fromWire));
    },
  };
}

const untouched: Restorer = {
  restoreReply: (reply) => reply,
  restoreEvents: () => (event) => [event],
};

function renamedReply(reply: ConverseResponse, nameOf: (wireName: string) => string): ConverseResponse {
  const { message } = reply.output;
  if (!message.content.some(({ toolUse }) => toolUse && nameOf(toolUse.name) !== toolUse.name)) return reply;
  const content = message.content.map((block) =>
    block.toolUse ? { toolUse: { ...block.toolUse, name: nameOf(block.toolUse.name) } } : block,
  );
  return { ...reply, output: { ...reply.output, message: { ...message, content } } };
}

function renamedEvent(event: ConverseStreamEvent, nameOf: (wireName: string) => string): ConverseStreamEvent {
  const toolUse = event?.contentBlockStart?.start?.toolUse;
  if (!toolUse || nameOf(toolUse.name) === toolUse.name) return event;
  const start = { toolUse: { ...toolUse, name: nameOf(toolUse.name) } };
  return { contentBlockStart: { ...event.contentBlockStart, start } } as ConverseStreamEvent;
}
