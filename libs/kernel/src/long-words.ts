/** No id that we make is longer (a UUID has 36), every push token and API key is. */
const longest = 40;
const head = 8;

/**
 * A text for people with its long words cut to their beginnings: callers put tokens and keys where ids belong, and an error that
 * quotes the id must not tell them on.
 */
export function cutLongWords(text: string): string {
  return text.replaceAll(/\S+/g, (word) => (word.length > longest ? `${word.slice(0, head)}…` : word));
}
