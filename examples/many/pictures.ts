// One request for each picture.
import { createUserMessage, ParallelLLMManager, textOf } from '@outcrop/bedrock';

await using manager = new ParallelLLMManager({ models: ['Claude Haiku 4.5'], regions: ['us-east-1'] });

async function* requests() {
  for (const [number, path] of ['files/chart.png', 'files/chart.png'].entries()) {
    const builder = createUserMessage()
      .addText(`Analyse picture ${number + 1}:`)
      .addLocalImage(path);
    yield { id: `img-${number}`, request: { messages: [await builder.build()] } };
  }
}

// From a stream, in the order of the input, in little memory.
for await (const outcome of manager.run(requests(), { order: 'input' })) {
  if (outcome.type === 'ok') console.log(outcome.id, textOf(outcome.reply));
}

/* prints
img-0 You said: "Analyse picture 1:". I see a png image of 70 bytes.
img-1 You said: "Analyse picture 2:". I see a png image of 70 bytes.
*/
