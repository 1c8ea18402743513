// Bedrock on localhost, in a process of its own, on the worst day of its life: all faults mixed, by a seed.
import { eventsOf } from '@outcrop/converse/testing';
import { type Answer, bedrockError, createEmulator, type EmulatedCall, fault, throttle } from '@outcrop/emulator';
import { createRandom } from '@outcrop/retry-core/testing';

const random = createRandom(Number(process.argv[2]));
const regions = ['us-east-1', 'us-west-2', 'us-east-2'];
const outageMs = 4_000;
let isOut: string | undefined;

const troubles: readonly [share: number, make: (call: EmulatedCall) => Answer][] = [
  [0.04, () => throttle()],
  [0.01, () => throttle('tokens')],
  [0.03, () => bedrockError('InternalServerException')],
  [0.02, () => bedrockError('ModelErrorException')],
  [0.01, () => bedrockError('ModelNotReadyException')],
  [0.02, () => bedrockError('ExpiredTokenException')],
  [0.01, () => bedrockError('ValidationException', 'The text field is blank.')],
  [0.03, () => fault('reset')],
  [0.03, () => fault('hang')],
  [0.05, (call) => broken(call, fault('reset'))],
  [0.03, (call) => broken(call, fault('half_frame'))],
  [0.03, (call) => broken(call, fault('hang'))],
  [0.02, (call) => broken(call, bedrockError('ModelStreamErrorException'))],
  [0.02, (call) => broken(call)],
];

const text = 'Granite is made of quartz, feldspar and mica. '.repeat(20);

function broken({ operation }: EmulatedCall, ...end: Exclude<Answer, string>[]): Answer {
  if (operation !== 'ConverseStream') return (end[0] as Answer | undefined) ?? text;
  const events = eventsOf(text, { pieceLength: 20 });
  return [...events.slice(0, Math.floor(random() * (events.length - 3))), ...end] as Answer;
}

function answer(call: EmulatedCall): Answer {
  if (call.region === isOut) return bedrockError('ServiceUnavailableException');
  let left = random();
  for (const [share, make] of troubles) {
    left -= share;
    if (left < 0) return make(call);
  }
  return call.operation === 'ConverseStream' ? eventsOf(text, { pieceLength: 20 }) : text;
}

const emulator = await createEmulator();
emulator.when().always(answer);
setInterval(() => {
  isOut = random() < 0.5 ? regions[Math.floor(random() * regions.length)] : undefined;
}, outageMs);
process.send?.(emulator.url);
process.once('disconnect', () => process.exit());
