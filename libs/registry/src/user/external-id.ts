/**
 * What programs write where they have no id: one app that sends `String(null)` would merge all its phones into one person. The texts are compared
 * without blanks around them and in any case; the nil UUID is what iOS and many databases give for "none".
 */
const reserved: ReadonlySet<string> = new Set([
  'null', '(null)', '<null>', '[null]', '"null"', "'null'", 'undefined', '(undefined)', '[undefined]', '"undefined"', "'undefined'",
  'nil', '(nil)', '<nil>', '%!s(<nil>)', 'optional(nil)', 'nullptr', 'n/a', 'unknown', 'true', 'false', '%s', '%@', 'none', '(none)', '<none>', 'nan', '(nan)', '""', "''", '()', '<>', '[]', '{}',
  '[object object]', '[object undefined]', '[object null]', '00000000-0000-0000-0000-000000000000',
]); // prettier-ignore

const blank = /^[\s\p{Cf}\p{Z}\u2800\u3164]*$/u; // Braille blank and Hangul filler are letters by category and blank to everybody's eyes

/** What a text template leaves where nothing was filled in. */
const unfilled = /\$\{.*\}|\{\{.*\}\}|<%.*%>|^\[object /is;

/**
 * Whether no person can have this external id: a placeholder of a programming language or of a text template, or nothing but blanks. `0` and
 * `guest` are ids in real systems, and stay.
 */
export function isReservedExternalId(externalId: string): boolean {
  return blank.test(externalId) || unfilled.test(externalId.slice(0, 256)) || reserved.has(externalId.trim().toLowerCase());
}
