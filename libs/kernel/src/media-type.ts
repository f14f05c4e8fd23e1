/** What a `Content-Type`, or `datacontenttype`, says; in lower case. */
export interface MediaType {
  /** Type and subtype, such as `application/json`. */
  readonly essence: string;
  /** As given; undefined where none is. */
  readonly charset: string | undefined;
}

const longest = 255;
const form = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)\s*(?:;|$)/;
const charsetForm = /;\s*charset\s*=\s*"?([^";\s]*)"?\s*(?:;|$)/i;
const utf8Names = new Set(['utf-8', 'utf8', 'us-ascii']);

/** Undefined for what is no media type. */
export function mediaTypeOf(text: string): MediaType | undefined {
  const essence = text.length > longest ? undefined : form.exec(text)?.[1];
  return essence === undefined ? undefined : { essence: essence.toLowerCase(), charset: charsetForm.exec(text)?.[1]?.toLowerCase() };
}

/** JSON as the CloudEvents JSON format counts it (section 3.1): subtype `json`, or any that ends with `+json`. */
export function isJson({ essence }: MediaType): boolean {
  return essence.endsWith('/json') || essence.endsWith('+json');
}

/** JSON between systems is UTF-8 (RFC 8259 section 8.1); ASCII is part of that. */
export function isUtf8Text({ charset }: MediaType): boolean {
  return charset === undefined || utf8Names.has(charset);
}
