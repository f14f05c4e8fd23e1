import { carillonPartOf, type CarillonPart } from '../../device/src/index.ts';

/** What a push of Carillon holds: `notification` as `showNotification` takes it, and what is to be done with it. */
export interface PushPayload {
  readonly notification?: { readonly title?: string } & Readonly<Record<string, unknown>>;
  /** 0 takes the badge away. */
  readonly badge?: number;
  readonly data?: unknown;
  readonly carillon: CarillonPart;
}

/** The payload of a push; undefined for one of somebody else, which is left to other listeners of the worker. */
export function payloadOf(text: string | undefined): PushPayload | undefined {
  try {
    const payload = JSON.parse(text ?? '') as PushPayload | null;
    return carillonPartOf(payload) && payload ? payload : undefined;
  } catch {
    return undefined;
  }
}

/** Title and options of `showNotification`; undefined for a silent message. What a click needs travels in `data`. */
export function notificationOf({ notification, data, carillon }: PushPayload) {
  if (!notification) return undefined;
  const { title = '', ...options } = notification;
  return { title, options: { ...options, data: { carillon, data } } };
}
