import { Command, Option } from 'commander';
import { addList, addOne, positiveInteger, positiveNumber } from './arguments.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** All commands. Each is loaded when it is asked for. `end` takes the code to exit with. */
export function createProgram(terminal: Terminal, end: (code: number) => void): Command {
  const { out, err } = terminal;
  const program = new Command('outcrop')
    .description('Large language models on Amazon Bedrock, from the command line.')
    .version(version(), '-v, --version', 'says the version')
    .helpOption('-h, --help', 'shows this')
    .addHelpText('after', examples('outcrop chat "Which rock is granite?" --emulator', 'outcrop run --help'))
    .exitOverride()
    .configureOutput({
      writeOut: out.write,
      writeErr: err.write,
      getOutHasColors: () => out.isTerminal,
      outputError: (text) =>
        err.write(
          `outcrop: ${text
            .replace(/^error: /, '')
            .trim()
            .replace(/\s*\n\s*/g, ' ')}\n`,
        ),
    })
    .configureHelp({ styleTitle: (title) => out.style('bold', title) })
    .helpCommand('help [command]', 'shows this, or the same of a command');

  const command = (words: string) => program.command(words).helpOption('-h, --help', 'shows this');

  sending(command('chat'))
    .description('Asks a model: once with a text, or line by line in a conversation.')
    .argument('[text]', 'the question; what is piped in stands below it')
    .addOption(new Option('-f, --file <path>', 'attaches a picture, a document, a video or a sound').argParser(addOne))
    .option('-s, --system <text>', 'the system prompt')
    .addOption(maxTokens())
    .option('--json', 'prints the whole reply as JSON')
    .addHelpText(
      'after',
      examples(
        'outcrop chat "Which rock is granite?" --emulator',
        'outcrop chat --aws --model "Claude Haiku 4.5" --region us-east-1,us-west-2',
        'outcrop chat "What do these show?" --aws --file chart.png --file table.xlsx',
        'cat report.md | outcrop chat "Summarise" --aws',
      ),
    )
    .action(async (text, options) => end(await (await import('./chat/chat.ts')).chat(text, options, terminal)));

  sending(command('run'))
    .description('Answers many prompts. The same command again goes on where it ended, whatever ended it.')
    .argument(
      '<input>',
      'a file of JSON lines, a .csv, a .tsv, a folder of files, or - for JSON lines that are piped in',
    )
    .requiredOption('-o, --out <file>', 'where the answers go, as JSON lines; the journal stands beside it')
    .option('-t, --template <text>', 'the prompt, with variables such as {{text}}')
    .option('-s, --system <text>', 'the system prompt')
    .option('--schema <file>', 'a JSON Schema that every answer has to fit')
    .addOption(maxTokens())
    .addOption(new Option('--budget <usd>', 'the most that all of it may cost').argParser(positiveNumber))
    .addOption(new Option('--concurrency <number>', 'the most calls at once (256)').argParser(positiveInteger))
    .addOption(new Option('--order <order>', 'of the answers').choices(['completion', 'input']).default('completion'))
    .option('--retry-failed', 'asks again what failed in an earlier run')
    .option('--mix-models', 'goes on with other models than the run was begun with')
    .option('--json', 'prints the summary as JSON')
    .addHelpText(
      'after',
      examples(
        'outcrop run prompts.jsonl --out answers.jsonl --emulator',
        'outcrop run reviews.csv --out german.jsonl --aws --template "Translate to German: {{text}}"',
        'outcrop run photos/ --out rocks.jsonl --aws --template "Which rock is this?" --schema rock.json',
        'outcrop run prompts.jsonl --out answers.jsonl --aws --max-tokens 500 --budget 20',
      ),
    )
    .action(async (input, options) => end(await (await import('./run/run.ts')).run(input, options, terminal)));

  const models = command('models')
    .description('Lists the models on Bedrock, and what they can do and cost. Nothing is sent.')
    .argument('[query]', 'words that have to stand in the name, the id or the provider')
    .addOption(new Option('-r, --region <name>', 'only those that can be called from there'))
    .addOption(
      new Option('--can <abilities>', 'only those that can do all that, such as tools,images').argParser(addList),
    )
    .addOption(new Option('--residency <areas>', 'only those that keep data there, such as eu').argParser(addList))
    .option('--json', 'prints them as JSON')
    .addHelpText(
      'after',
      examples(
        'outcrop models',
        'outcrop models claude --region eu-central-1 --residency eu',
        'outcrop models --can tools,images --json',
        'outcrop models show "Claude Haiku 4.5"',
      ),
    )
    .action(async (query, options) => end((await import('./models/models.ts')).listModels(query, options, terminal)));

  models
    .command('show <name>')
    .helpOption('-h, --help', 'shows this')
    .description('Shows one model: what it can do, by which ways it is reached, what it costs.')
    .addOption(new Option('-r, --region <name>', 'only the ways from there'))
    .addOption(new Option('--residency <areas>', 'only the ways that keep data there, such as eu').argParser(addList))
    .option('--json', 'prints it as JSON')
    .addHelpText(
      'after',
      examples('outcrop models show "Claude Haiku 4.5"', 'outcrop models show nova-lite --region eu-north-1'),
    )
    .action(async (name, _, self) =>
      end((await import('./models/show.ts')).showModel(name, self.optsWithGlobals(), terminal)),
    );

  sending(command('doctor'))
    .description('Looks whether everything is in place to ask a model, and says what to do where it is not.')
    .option('--json', 'prints what was found as JSON')
    .addHelpText(
      'after',
      `\nEach model is asked for one word in each region, which costs a fraction of a cent on AWS.\n${examples(
        'outcrop doctor --aws',
        'outcrop doctor --aws --model "Nova Lite" --region eu-west-1 --json',
      )}`,
    )
    .action(async (options) => end(await (await import('./doctor/doctor.ts')).doctor(options, terminal)));

  command('emulator')
    .description('Starts Amazon Bedrock on localhost, for any client. All that follows is for outcrop-emulator.')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[options...]')
    .action(async (args) => (await import('./emulator.ts')).startEmulator(args));

  return program;
}

/** What every command has that sends something. */
function sending(command: Command): Command {
  return command
    .option('--aws', 'sends to AWS, which costs money')
    .option('--emulator', 'sends to an emulator inside this command')
    .addOption(new Option('-m, --model <names>', 'models by name or id, the preferred one first').argParser(addList))
    .addOption(new Option('-r, --region <names>', 'regions, the preferred one first').argParser(addList))
    .addOption(new Option('--residency <areas>', 'where data may be, such as eu').argParser(addList));
}

function maxTokens(): Option {
  return new Option('--max-tokens <number>', 'the most that an answer may have').argParser(positiveInteger);
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}
