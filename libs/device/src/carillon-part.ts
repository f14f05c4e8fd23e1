/** The platform's part of a payload. */
export interface CarillonPart {
  readonly send: string;
  readonly receipt?: string;
  readonly link?: string;
}

/** What a payload holds under `carillon`: an object at APNs and in Web Push, a text of JSON where `data` holds texts alone. Undefined for a message of somebody else. */
export function carillonPartOf(payload: unknown): CarillonPart | undefined {
  const part = (payload as { readonly carillon?: unknown } | null | undefined)?.carillon;
  const read = typeof part === 'string' ? parsed(part) : part;
  return typeof (read as Partial<CarillonPart> | null | undefined)?.send === 'string' ? (read as CarillonPart) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
