/** Headers as HTTP (`ce-id`) or Kafka (`ce_id`) hand them over. */
export type TransportHeaders = Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[] | undefined>>;

/** The text of a header, whatever the case of its name; undefined where it is missing. */
export function headerText(headers: TransportHeaders, name: string): string | undefined {
  const exact = headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const first = Array.isArray(exact) ? (exact as readonly (string | Uint8Array)[])[0] : (exact as string | Uint8Array | undefined);
  return typeof first === 'object' ? Buffer.from(first).toString('utf8') : first;
}

/**
 * The attributes that binary mode carries as headers, without their prefix; undefined when there are none.
 * HTTP percent-encodes what is not plain ASCII (CloudEvents HTTP binding 3.1.3.2), Kafka does not.
 */
export function binaryAttributes(headers: TransportHeaders): Readonly<Record<string, string>> | undefined {
  const found: [string, string][] = [];
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    const text = lower.startsWith('ce-') || lower.startsWith('ce_') ? headerText(headers, name) : undefined;
    if (text !== undefined) found.push([lower.slice(3), lower.startsWith('ce-') ? percentDecoded(text) : text]);
  }
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % is a character like any other
  }
}
