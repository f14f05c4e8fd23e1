const visible = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;
const quotedForm = /^"(?:[^"\\]|\\.)*"$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of an attribute that a header of HTTP carries (CloudEvents HTTP binding 3.1.3.2): double quotes around the whole of it and their escapes come
 * off, then one round of percent-decoding. Undefined for what is malformed: quotes that do not close, `%` without two hexadecimal digits, bytes that are no UTF-8
 * (overlong forms among them), and characters that should have been encoded. A space need not be, as in older versions of the binding.
 */
export function attributeOfHeader(value: string): string | undefined {
  if (value === '') return value;
  if (!visible.test(value)) return undefined;
  if (!value.startsWith('"')) return percentDecoded(value);
  return quotedForm.test(value) ? percentDecoded(value.slice(1, -1).replaceAll(/\\(.)/g, '$1')) : undefined;
}

function percentDecoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '%') bytes.push(text.charCodeAt(at));
    else {
      const digits = text.slice(at + 1, at + 3);
      if (!/^[\da-fA-F]{2}$/.test(digits)) return undefined;
      bytes.push(Number.parseInt(digits, 16));
      at += 2;
    }
  }
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
