const rocks = ['granite', 'basalt', 'gneiss', 'marble', 'limestone', 'obsidian'];
const questions = [
  (rock: string, number: number) => `Describe sample ${number}: it looks like ${rock}.`,
  (rock: string, number: number) => `What is ${rock} made of? (sample ${number})`,
  (rock: string, number: number) => `Sample ${number} scratches glass. Could it be ${rock}?`,
];

/** So many prompts, each a little different. */
export function samplePrompts(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const question = questions[index % questions.length] as (typeof questions)[number];
    return question(rocks[(index * 7) % rocks.length] ?? '', index + 1);
  });
}

/** The prompts of a text: one a line, and of JSON lines the field `prompt`, or `text`. */
export function promptsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => promptOf(line.trim()) || []);
}

function promptOf(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { prompt, text } = JSON.parse(line) as { prompt?: unknown; text?: unknown };
    return String(prompt ?? text ?? line).trim();
  } catch {
    return line;
  }
}
