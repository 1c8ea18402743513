import { z } from 'zod';

/** What is broken in the emulated Bedrock right now: what the page's switches say. */
export const switchesSchema = z.strictObject({
  downRegions: z.array(z.string().max(40)).max(20),
  slowRegions: z.array(z.string().max(40)).max(20),
  cutRegions: z.array(z.string().max(40)).max(20),
  throttledModels: z.array(z.string().max(80)).max(20),
  /** The quota of each model in each region by each route. */
  requestsPerMinute: z.int().min(60).max(100_000),
});

export type Switches = z.infer<typeof switchesSchema>;

export const everythingWorks: Switches = {
  downRegions: [],
  slowRegions: [],
  cutRegions: [],
  throttledModels: [],
  requestsPerMinute: 600,
};
