// Holds the examples to the code: `check-snippets.ts FILE.md…` (or patterns of them), in a package's folder, type-checks every ```ts block of
// those files and of the doc comments under src/. A block marked `ts run` is also run, and a `text output` block right
// behind it is what it must print; one marked `ts sketch` is left alone.
import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type FencedBlock, fencedBlocks } from './markdown.ts';

type Snippet = FencedBlock & { file: string; output: FencedBlock | undefined };

const timeoutMs = 30_000;
// Inside the package, so that its own name and its dependencies resolve; Node strips no types below node_modules.
const folder = '.snippets';
const problems: string[] = [];

const sources = globSync('src/**/*.ts', { exclude: ['**/*.{test,test-d,e2e}.ts'] }).sort();
// Not every shell expands patterns. A file that is named has to be there.
const named = process.argv.slice(2).flatMap((file) => (file.includes('*') ? globSync(file).sort() : [file]));
const snippets = [...named, ...sources].flatMap(snippetsOf);

rmSync(folder, { recursive: true, force: true });
if (snippets.length > 0) {
  writeSnippets();
  const types = checkTypes();
  for (const [index, snippet] of snippets.entries()) if (snippet.info === 'ts run') await runSnippet(snippet, index);
  await types;
  rmSync(folder, { recursive: true });
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(
  `${snippets.length} snippets hold, ${snippets.filter(({ info }) => info === 'ts run').length} of them run.`,
);

function snippetsOf(file: string): Snippet[] {
  if (!existsSync(file)) {
    problems.push(`${file}: is missing.`);
    return [];
  }
  const text = readFileSync(file, 'utf8');
  const blocks = fencedBlocks(file.endsWith('.ts') ? docComments(text) : text);
  return blocks.flatMap((block, index): Snippet[] => {
    const next = blocks[index + 1];
    const output = next?.info === 'text output' ? next : undefined;
    if (output !== undefined && block.info !== 'ts run') {
      problems.push(`${file}:${output.line}: 'text output' must follow a 'ts run' block.`);
    }
    if (block.info === 'ts' || block.info === 'ts run') return [{ ...block, file, output }];
    if (/^(ts|typescript)\b/.test(block.info) && block.info !== 'ts sketch') {
      problems.push(`${file}:${block.line}: '${block.info}' is none of 'ts', 'ts run' and 'ts sketch'.`);
    }
    return [];
  });
}

/** What stands in doc comments, with all other lines empty. */
function docComments(source: string): string {
  let inside = false;
  const lines = source.split('\n').map((line) => {
    inside ||= /^\s*\/\*\*/.test(line);
    const text = inside ? line.replace(/^\s*(\/\*\*|\*\/|\* ?)/, '') : '';
    if (line.includes('*/')) inside = false;
    return text;
  });
  return lines.join('\n');
}

function writeSnippets(): void {
  mkdirSync(folder);
  for (const [index, { line, code }] of snippets.entries()) {
    // As many empty lines as stand above it, so that an error's line is the line of the Markdown file.
    writeFileSync(join(folder, `${index}.ts`), '\n'.repeat(line) + code);
  }
  // An example may be of a page as well as of a server.
  const lib = ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'];
  const compilerOptions = { lib, moduleDetection: 'force', noUnusedLocals: false, noUnusedParameters: false };
  const tsconfig = { extends: '../tsconfig.json', compilerOptions, files: snippets.map((_, index) => `${index}.ts`) };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...tsconfig, include: [] }));
}

async function checkTypes(): Promise<void> {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const { failure, stdout, stderr } = await node([tsc, '-p', folder, '--pretty', 'false']);
  if (failure !== undefined) problems.push(inMarkdown(stdout + stderr).trim());
}

async function runSnippet({ file, line, output }: Snippet, index: number): Promise<void> {
  const args = ['--conditions=@outcrop/source', join(folder, `${index}.ts`)];
  const { failure, stdout, stderr } = await node(args, timeoutMs);
  if (failure !== undefined) {
    problems.push(`${file}:${line}: the snippet ${failure}.\n${inMarkdown(stderr)}`.trim());
  } else if (output !== undefined) {
    const expected = linesOf(output.code);
    const actual = linesOf(stdout);
    const at = [...expected, ...actual].findIndex((_, at) => expected[at] !== actual[at]);
    if (at < 0) return;
    const difference = `expected ${quote(expected[at])}, but the snippet printed ${quote(actual[at])}`;
    problems.push(`${file}:${output.line + 1 + at}: ${difference}.`);
  }
}

function node(args: string[], timeout = 0): Promise<{ failure: string | undefined; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout, maxBuffer: Number.POSITIVE_INFINITY }, (error, stdout, stderr) => {
      const failure = error?.killed
        ? `had not ended after ${timeout / 1000} s`
        : `ended with ${error?.signal ?? `code ${error?.code}`}`;
      resolve({ failure: error === null ? undefined : failure, stdout, stderr });
    });
  });
}

/** Without white space at the ends of lines and of the whole. */
function linesOf(text: string): string[] {
  return text.trimEnd().split(/\s*?\n/);
}

function inMarkdown(text: string): string {
  return text.replace(
    /(?:file:\/\/)?[^\s('"]*\.snippets[/\\](\d+)\.ts(?:\((\d+),\d+\)|:(\d+)(?::\d+)?)?/g,
    (_, index, paren, colon) => {
      const line = paren ?? colon;
      return `${snippets[index]?.file}${line === undefined ? '' : `:${line}`}`;
    },
  );
}

function quote(line: string | undefined): string {
  return line === undefined ? 'nothing more' : `'${line}'`;
}
