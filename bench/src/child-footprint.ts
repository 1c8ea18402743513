// The process in which a client is loaded for the first time: what that takes, how soon the first answer is there, and
// what stays in memory. Nothing is loaded before but this file, and nothing is collected on purpose.
import type { Client } from './client.ts';

const calls = 1_000;
const request = {
  messages: [{ role: 'user' as const, content: [{ text: 'Which rock is this? '.repeat(20) }] }],
  inferenceConfig: { maxTokens: 100 },
};

const [, , file = '', endpoint = ''] = process.argv;
const cpu = process.cpuUsage();
const start = performance.now();
const { createClient }: { createClient(endpoint: string): Client } = await import(file);
const importMs = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
const loadedMb = residentMb();

const client = createClient(endpoint);
await client.call(request);
const firstAnswerMs = performance.now() - start;
for (let call = 1; call < calls; call++) await client.call(request);
const usedMb = residentMb();
await client.close();
const footprint = { importMs, importCpuMs: (user + system) / 1_000, firstAnswerMs, loadedMb, usedMb };
process.send?.(footprint, () => process.exit());

function residentMb(): number {
  return process.memoryUsage.rss() / 1e6;
}
