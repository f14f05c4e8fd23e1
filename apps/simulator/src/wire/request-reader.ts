import { isGoodValueOf, readRequest, type RequestFields } from './request-fields.ts';

/** Reads the fields of one connection's requests. Most are those of the request before, the very texts, and were found good then. */
export class RequestReader {
  #last: readonly string[] = [];
  #found: RequestFields = 'malformed';

  read(fields: readonly string[]): RequestFields {
    if (!this.#isAsBefore(fields)) this.#found = readRequest(fields);
    this.#last = this.#found === 'malformed' ? [] : fields;
    return this.#found;
  }

  /** The same names in the same order, and values that are the same or good. */
  #isAsBefore(fields: readonly string[]): boolean {
    const last = this.#last;
    const { length } = fields;
    if (length === 0 || last.length !== length) return false;
    for (let at = 0; at < length; at += 2) {
      if (fields[at] !== last[at]) return false;
      if (fields[at + 1] !== last[at + 1] && !isGoodValueOf(fields[at] ?? '', fields[at + 1] ?? '')) return false;
    }
    return true;
  }
}
