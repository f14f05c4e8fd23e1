/** What programs write where they have no value, alone or one after the other (`null-null`, `undefined undefined`). */
const nothings = new Set(['null', 'undefined', 'nil', 'none', 'nan', 'nullptr', 'nsnull', 'unknown', 'true', 'false', 'object', 'empty']);
/** The same without anything in between: `nullnull`. */
const nothingTwice = /^(?:null|undefined|nil|none|nan)+$/;

/** Other placeholders, as a whole: what spreadsheets, dumps of databases and format strings leave. */
const reserved: ReadonlySet<string> = new Set(['\\n', '%s', '%@', '%d', '%v', '%ld', '#ref!', '#value!', '#name?']);

/** The nil and the max UUID, however they are written: what iOS and many databases give for "none". */
const noUuid = /^\{?(?:urn:uuid:)?(?:0{8}-?(?:0{4}-?){3}0{12}|f{8}-?(?:f{4}-?){3}f{12})\}?$/;

/** What a text template leaves where nothing was filled in, Go's `fmt` where the value was a wrong one, and people where a form wants something. */
const unfilled = /\$\{.*\}|\{\{.*\}\}|<%.*%>|^\[object |^%!|^\W*n\/a\W*$/is;

/** What nobody sees: format characters, variation selectors, and letters by category that are blank to everybody's eyes. */
const invisible = /[\p{Cf}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** Between words and around them. */
const between = /[\s\p{P}\p{Z}<>=+|^`~$]+/u;

const mostOfIt = 256;

/**
 * Whether no person can have this external id: a placeholder of a programming language, a database or a text template in any case, with whatever around it
 * and whatever invisible inside, or nothing that can be read; one app that sends `String(null)` would merge all its phones into one person. `0`, `guest` and
 * `undefined@example.org` are ids in real systems, and stay.
 */
export function isReservedExternalId(externalId: string): boolean {
  const text = externalId.slice(0, mostOfIt).normalize('NFKC').replaceAll(invisible, '').trim().toLowerCase();
  if (text === '' || unfilled.test(text) || reserved.has(text) || noUuid.test(text)) return true;
  const words = text.split(between).filter((word) => word !== '');
  if (words[0] === 'optional' && words.length === 2) words.shift(); // Swift's `Optional(nil)`
  return words.every((word) => nothings.has(word) || nothingTwice.test(word));
}
