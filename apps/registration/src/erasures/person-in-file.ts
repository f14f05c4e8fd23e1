import type { ErasedPerson } from '#libs/registry';

/** Longer than any name with what stands around it. */
const overlap = 1_024;

/**
 * Whether bytes of JSON or CSV name a person: by an id or an alias's name as a whole value, however the file writes it. It may see a person in a value that is equal
 * to the name and means something else. Memory is that of a piece.
 */
export async function isPersonIn(
  bytes: AsyncIterable<Buffer>,
  { externalId, userIds, aliases, installationIds }: ErasedPerson,
): Promise<boolean> {
  const names = [...(externalId === null ? [] : [externalId]), ...userIds, ...installationIds, ...aliases.map(({ name }) => name)];
  const forms = new Set(names.flatMap((name) => [name, JSON.stringify(name).slice(1, -1), name.replaceAll('"', '""')]));
  // What may stand beside a whole value: quotes, separators, and the ends of lines and of the file.
  const value = new RegExp(`(?<=^|["',;|\\t\\r\\n ])(?:${[...forms].map(escaped).join('|')})(?=["',;|\\t\\r\\n ]|$)`);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const some of bytes) {
    const text = rest + decoder.decode(some, { stream: true });
    if (value.test(text.slice(0, -1))) return true; // the last character may be the beginning of more
    rest = text.slice(-overlap);
  }
  return value.test(rest + decoder.decode());
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
