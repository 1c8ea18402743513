// A server could send a line without end.
const maxLineLength = 16_000_000;

/** The data of each event of a text/event-stream, until `[DONE]`. Chat completions put each into one line. */
export async function* readSse(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\r|\n/);
    rest = lines.pop() ?? '';
    if (rest.length > maxLineLength) throw new RangeError('a line of the stream has no end.');
    for (const line of lines) {
      const data = /^data: ?(.*)$/.exec(line)?.[1];
      if (data === '[DONE]') return;
      if (data) yield data;
    }
  }
}
