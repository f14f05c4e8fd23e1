/** Something that must not be found anywhere: as it is, in other letters, or in base64 and hex, wherever in a longer text it was encoded. */
export class Secret {
  readonly #forms: readonly string[];

  constructor(
    readonly name: string,
    readonly text: string,
  ) {
    const bytes = [Buffer.from(text, 'utf8'), ...(/^([0-9a-f]{2})+$/i.test(text) ? [Buffer.from(text, 'hex')] : [])];
    const forms = [text, text.toLowerCase(), text.toUpperCase(), encodeURIComponent(text), JSON.stringify(text).slice(1, -1)];
    this.#forms = [...new Set([...forms, ...bytes.flatMap(encodings)])];
  }

  /** The form in which it stands in a text; undefined where it does not. */
  in(haystack: string): string | undefined {
    return this.#forms.find((form) => haystack.includes(form));
  }
}

/** Key files are told line by line: whoever quotes one quotes lines. */
export function secretLines(name: string, pem: string): Secret[] {
  return pem
    .split('\n')
    .filter((line) => line.length > 20 && !line.startsWith('-----'))
    .map((line, index) => new Secret(`${name}, line ${index + 1}`, line));
}

/** Hex, and base64 for each of the three places where bytes can stand in what is encoded; the ends, which neighbours shape, are left off. */
function encodings(bytes: Buffer): string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return text.replace(/=+$/, '').slice(shift === 0 ? 0 : shift + 1, -1);
  });
  const hex = bytes.toString('hex');
  const binary = bytes.toString('latin1');
  return [hex, hex.toUpperCase(), binary, ...base64, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}
