import type { SimulatedProvider } from '../simulated-provider.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A message that a provider accepted, on its way to the phone. */
export interface Delivery {
  readonly provider: SimulatedProvider;
  readonly token: string;
  /** The part of the request that reaches the phone: of APNs the body, of FCM its `message`. */
  readonly payload: JsonObject;
  readonly collapseId: string | null;
  /** When it stops being worth keeping for a phone that is off, ms; 0 is not to be kept at all. */
  readonly expiresAt: number;
  /** By which its sender may withdraw it, where the provider lets them. */
  readonly id?: string;
}

/** The platform's own part of a payload. */
export interface CarillonPart {
  readonly send: string | undefined;
  readonly receipt: string | undefined;
  readonly link: string | undefined;
}

export function carillonPart(value: unknown): CarillonPart {
  const part = objectOf(value);
  return { send: textOf(part['send']), receipt: textOf(part['receipt']), link: textOf(part['link']) };
}

export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Values of data as text; what is none, as JSON. */
export function textsOf(data: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]));
}

/** JSON in a text, as where a provider carries texts only; undefined when it is none. */
export function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
