import type { SimulatedProvider } from '../simulated-provider.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A message that a provider accepted, on its way to the phone. */
export interface Delivery {
  readonly provider: SimulatedProvider;
  readonly token: string;
  /** APNs: the request's body; FCM: its `message`. */
  readonly payload: JsonObject;
  readonly collapseId: string | null;
  /** When it stops being worth keeping for a phone that is off, ms; 0 is not to be kept at all. */
  readonly expiresAt: number;
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
