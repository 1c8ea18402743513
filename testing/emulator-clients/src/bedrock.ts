import { createEmulator, type Emulator } from '@outcrop/emulator';
import { onTestFinished, vi } from 'vitest';

/** Any will do: nothing is verified unless it is asked for. */
export const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
export const region = 'us-east-1';
export const claude = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
export const nova = 'amazon.nova-lite-v1:0';

// One pixel.
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
export const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');

/** Bedrock on localhost, with nothing but the environment to point at it. */
export async function startBedrock(): Promise<Emulator> {
  const emulator = await createEmulator();
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await emulator.close();
  });
  vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', emulator.url);
  vi.stubEnv('AWS_REGION', region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
  return emulator;
}
