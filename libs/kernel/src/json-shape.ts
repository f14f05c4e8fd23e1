/** Containers inside containers; nothing we take comes near. */
const MAX_DEPTH = 64;
/** All values of a body: 10,000 users with two dozen variables each fit. */
const MAX_VALUES = 250_000;
/** Twice what the longest list of any call may hold, so that its own check, which names the place, comes first. */
const MAX_ITEMS = 20_000;
const MAX_MEMBERS = 1_000;
/** Bytes of a member's name as it is written: it stands in the place of each problem below it. No name of ours comes near. */
const MAX_NAME = 1_024;

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * What is too much about a JSON text, found before it is parsed: a few megabytes can hold millions of values, and parsing and checking
 * them would hold up everybody else for seconds. Undefined for a text that may be parsed, which need not be valid.
 */
export function tooMuchIn(json: Uint8Array): string | undefined {
  const left = new Int32Array(MAX_DEPTH); // room in each container that is open
  let depth = 0;
  let values = 1;
  let name = 0; // bytes of the text read last
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === quote) {
      const end = endOfString(json, at);
      name = end - at - 1;
      at = end;
    } else if (byte === colon) {
      if (name > MAX_NAME) return `The name of a member has more than ${MAX_NAME} bytes`;
    } else if (byte === openBracket || byte === openBrace) {
      if (depth === MAX_DEPTH) return `Nested deeper than ${MAX_DEPTH} levels`;
      left[depth] = byte === openBrace ? MAX_MEMBERS : MAX_ITEMS;
      depth += 1;
      values += 1;
    } else if (byte === closeBracket || byte === closeBrace) depth = Math.max(0, depth - 1);
    else if (byte === comma && depth > 0) {
      values += 1;
      if (roomLeft(left, depth - 1) === 0) return `An object has at most ${MAX_MEMBERS} members, a list at most ${MAX_ITEMS} items`;
    }
    if (values > MAX_VALUES) return `Holds more than ${MAX_VALUES} values`;
  }
  return undefined;
}

/** Escapes that may be halves of a character, and names that turn objects of a careless program into something else. */
const doubtful = /\\u|"__proto__"|"constructor"|"prototype"/;

/** Whether a JSON text may hold what is not taken: half a character, or such a name. Where it is false, and the text is well-formed, nothing has to be looked for. */
export function isDoubtful(json: string): boolean {
  return doubtful.test(json);
}

/** A comma parts two: the last of a full container has none behind it. */
function roomLeft(left: Int32Array, index: number): number {
  const room = (left[index] ?? 0) - 1;
  left[index] = room;
  return room;
}

function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}
