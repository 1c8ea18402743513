// A call through @outcrop/bedrock beside the AWS SDK's own client as it comes, and what the imports take. Rounds are
// interleaved, each client is in a process of its own.
import { buildChildren } from './child.ts';
import { costs, footprints } from './costs.ts';
import { longTable } from './tables.ts';

const order = { clients: ['AWS SDK', 'LLMManager', 'LLMManager, direct'], rounds: 7 } as const;

await buildChildren();
console.log(longTable(await costs('call', 1, { ...order, names: { cpuUs: ['CPU of a call', 'µs'] } })));
console.log(`\n${longTable(await footprints({ ...order, names: { importCpuMs: ['CPU of the import', 'ms'] } }))}`);
process.exit();
