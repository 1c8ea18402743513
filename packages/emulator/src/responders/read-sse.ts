// A server could send a line without end.
const maxLineLength = 16_000_000;

/** The data of each event of a text/event-stream, until `[DONE]`. Chat completions put each into one line. */
export async function* readSse(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let isEvents = false;
  for await (const chunk of body) {
    // What came before is not searched again: a line may come in thousands of pieces.
    const [first = '', ...lines] = decoder.decode(chunk, { stream: true }).split(/\r\n|\r|\n/);
    lines.unshift(rest + first);
    rest = lines.pop() ?? '';
    if (rest.length > maxLineLength) throw new RangeError('a line of the stream has no end.');
    for (const line of lines) {
      isEvents ||= line.startsWith('data:') || line.startsWith(':');
      const data = /^data: ?(.*)$/.exec(line)?.[1];
      if (data === '[DONE]') return;
      if (data) yield data;
    }
  }
  if (!isEvents) throw new TypeError('it sent no events.');
}
