const delimiters = [',', ';', '\t', '|'];

const maxLength = 16_384;

/** Whether a text is a table of values: the same number of columns in (nearly) every record. */
export function looksLikeCsv(text: string): boolean {
  if (/^\s*[{[<]/.test(text)) return false;
  return delimiters.some((delimiter) => text.includes(delimiter) && isTable(text, delimiter));
}

function isTable(text: string, delimiter: string): boolean {
  const records = parse(text, delimiter);
  if (records === undefined || records.length < 2) return false;
  const columns = records[0]?.length ?? 0;
  const odd = records.filter((record) => record.length !== columns).length;
  if (columns < 2 || odd > 0.1 * records.length) return false;
  // Lines of code end in their delimiter.
  if (records.filter((record) => record.at(-1) === '').length > 0.5 * records.length) return false;
  if (delimiter !== ',') return true;

  // Prose has blanks behind its commas, and numbers may have a comma inside.
  const spaced = records.flatMap((record) => record.slice(1)).filter((value) => value.startsWith(' ')).length;
  const isSpaced = spaced > 0.5 * records.length * (columns - 1);
  if (isSpaced) return columns >= 3 && records.length >= 3;
  return columns > 2 || !records.every(([left = '', right = '']) => /\d$/.test(left) && /^\d/.test(right));
}

/** The records, without blank ones and without one that is cut; `undefined` if a quotation is left open. */
function parse(text: string, delimiter: string): string[][] | undefined {
  const piece = text.slice(0, maxLength);
  const records: string[][] = [];
  let record: string[] = [];
  let value = '';
  let quoted = false;
  for (let at = 0; at < piece.length; at++) {
    const character = piece.charAt(at);
    if (quoted) {
      if (character !== '"') value += character;
      else if (piece[at + 1] === '"') value += piece.charAt(at++);
      else quoted = false;
    } else if (character === '"' && value === '') quoted = true;
    else if (character === delimiter) {
      record.push(value);
      value = '';
    } else if (character === '\n' || character === '\r') {
      if (record.length > 0 || value !== '') records.push([...record, value]);
      record = [];
      value = '';
    } else value += character;
  }
  if (piece.length < text.length) return records;
  if (quoted) return undefined;
  if (record.length > 0 || value !== '') records.push([...record, value]);
  return records;
}
