/** Becomes the command of the emulator, which reads its own options, says what is wrong with them, and has its own help. */
export async function startEmulator(args: readonly string[]): Promise<void> {
  const entry = import.meta.resolve('@outcrop/emulator');
  const command = new URL(entry.endsWith('.ts') ? './bin.ts' : './bin.js', entry);
  process.argv.splice(2, process.argv.length, ...args);
  await import(command.href);
}
