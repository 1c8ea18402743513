// One client does one job, in a process of its own. Time and CPU begin behind the imports.
import { setTimeout } from 'node:timers/promises';
import { answer, type BulkOrder, type BulkReport, longestSeconds } from './bulk.ts';
import { bulkClients } from './bulk-clients.ts';

process.once('message', async ({ client, job }: BulkOrder) => {
  const runBulk = await bulkClients[client]();
  let answered = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const all = runBulk(job, (text) => {
    if (text.trim() === answer) answered += 1;
  });
  await Promise.race([all, setTimeout(longestSeconds * 1_000)]);
  const { user, system } = process.cpuUsage(cpu);
  const report = { answered, seconds: (performance.now() - start) / 1_000, cpuMs: (user + system) / 1_000 };
  process.send?.(report satisfies BulkReport, () => process.exit());
});
