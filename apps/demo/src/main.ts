// What stands so far, in a terminal: a conversation with a tool, a throttle that is waited out, and a stream that is
// cut. The model is a script, so no AWS account is needed and nothing leaves this machine.
import { setTimeout as delay } from 'node:timers/promises';
import { adviceFor, type Converse, isConverseError, type Message, textOf, toolUsesOf } from '@outcrop/converse';
import { scriptedGeologist } from './scripted-geologist.ts';

const pace = process.stdout.isTTY ? 25 : 0;
const write = (text: string) => process.stdout.write(text);
const note = (text: string) => write(process.stdout.isTTY ? `\x1b[2m  ${text}\x1b[0m\n` : `  ${text}\n`);

write('Outcrop: a conversation through the port Converse.\n');
note('The replies come from a script: no AWS account is used, and nothing leaves this machine.');

const model = scriptedGeologist(pace);
const history: Message[] = [];
await ask('What does the outcrop above the lake consist of?');
await ask('And how old is it?');
await ask('Tell me the whole story of it.');

async function ask(question: string): Promise<void> {
  write(`\nyou    ${question}\n`);
  history.push({ role: 'user', content: [{ text: question }] });
  for (;;) {
    const reply = await stream(model);
    if (reply === undefined) return;
    history.push(reply.output.message);
    const calls = toolUsesOf(reply);
    if (calls.length === 0) {
      const { inputTokens, outputTokens } = reply.usage;
      note(`${reply.stopReason}, ${inputTokens} tokens in, ${outputTokens} out`);
      return;
    }
    const content = calls.map(({ toolUseId, name, input }) => {
      note(`runs ${name}(${JSON.stringify(input)})`);
      return { toolResult: { toolUseId, content: [{ json: { rock: 'gneiss', grain: 'banded' } }] } };
    });
    history.push({ role: 'user', content });
  }
}

/** One answer as it comes. An error says by its code what to do about it. */
async function stream(converse: Converse) {
  for (;;) {
    const answer = converse.converseStream({ messages: history });
    let begun = false;
    try {
      for await (const text of answer.text) {
        write(begun ? text : `model  ${text}`);
        begun = true;
      }
      if (begun) write('\n');
      return await answer.response;
    } catch (error) {
      if (!isConverseError(error)) throw error;
      if (begun) write(' …\n');
      note(`${error.code}: ${error.message}`);
      if (error.partial) {
        note(`what had arrived is kept in error.partial (${textOf(error.partial).length} characters)`);
        return undefined;
      }
      const { here } = adviceFor(error);
      if (here === 'no') return undefined;
      note(`the advice is '${here}', so it waits ${error.retryAfterMs ?? 0} ms and calls again`);
      await delay(error.retryAfterMs ?? 0);
    }
  }
}
