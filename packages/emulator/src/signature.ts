import { createHmac } from 'node:crypto';

// Not a secret: it only tells the emulator's own signatures from others.
const key = 'outcrop-emulator';
const mark = 'outcrop.';

/**
 * Signs reasoning as Claude does, so that the emulator can tell whether it comes back unchanged. What a responder
 * signs by itself, or what Claude once signed, is not looked at.
 *
 * @example
 * ```ts
 * import { createEmulator, signReasoning } from '@outcrop/emulator';
 *
 * await using emulator = await createEmulator();
 * const text = 'It has quartz in it.';
 * const reasoningText = { text, signature: signReasoning(text) };
 * const content = [{ reasoningContent: { reasoningText } }, { text: 'Granite.' }];
 * emulator.when().reply({ output: { message: { role: 'assistant', content } } });
 * ```
 */
export function signReasoning(text: string): string {
  return mark + createHmac('sha256', key).update(text).digest('base64');
}

/** Whether the signature is the emulator's own, and of another text. */
export function isForged(text: string, signature: string): boolean {
  return signature.startsWith(mark) && signature !== signReasoning(text);
}
