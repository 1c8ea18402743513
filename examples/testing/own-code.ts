// Your own code, tested with what Bedrock does on a bad day. With Vitest it is the same between test() and expect().
import { equal } from 'node:assert/strict';
import { LLMManager, textOf } from '@outcrop/bedrock';
import { createEmulator, throttle } from '@outcrop/emulator';

// The code under test takes its endpoint from outside.
async function nameRock(description: string, endpoint?: string): Promise<string> {
  await using manager = new LLMManager({ models: ['Nova Lite'], regions: ['us-east-1', 'us-west-2'], endpoint });
  return textOf(await manager.converse({ messages: [{ role: 'user', content: [{ text: description }] }] }));
}

await using emulator = await createEmulator();
emulator.when({ region: 'us-east-1' }).reply(throttle());
emulator.when({ region: 'us-west-2' }).reply('Gneiss.');

equal(await nameRock('Banded, with feldspar eyes.', emulator.url), 'Gneiss.');
equal(emulator.requests.at(-1)?.request.messages?.[0]?.content[0]?.text, 'Banded, with feldspar eyes.');
console.log(emulator.requests.map(({ region }) => region).join(' '));

/* prints
us-east-1 us-west-2
*/
