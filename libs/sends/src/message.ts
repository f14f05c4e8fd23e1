import type { BuiltProvider } from '#libs/kernel';
import type { JsonObject } from './overrides/merge-overrides.ts';

export type InterruptionLevel = 'passive' | 'active' | 'time-sensitive' | 'critical';

export interface MessageAction {
  readonly id: string;
  readonly title: string;
  readonly link?: string;
}

/** What a phone shows, in no provider's words. At least one of title, body, data and badge is there. */
export interface RenderedMessage {
  readonly title?: string;
  readonly subtitle?: string;
  readonly body?: string;
  /** An https URL. */
  readonly image?: string;
  /** A URL for browsers, the name of a drawable for Android. */
  readonly icon?: string;
  readonly sound?: string;
  readonly badge?: number;
  readonly data?: Readonly<Record<string, string>>;
  readonly link?: string;
  readonly actions?: readonly MessageAction[];
  readonly category?: string;
  readonly androidChannel?: string;
  /** Shows nothing but the badge; wakes the app. Needs a token, not the foreground (R42). */
  readonly silent?: boolean;
  readonly interruptionLevel?: InterruptionLevel;
  /** Which of its installation's templates it is, in the place of all else but `properties`. */
  readonly installationTemplate?: string;
  /** What the template may name. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Merged last into the provider's own body, as a JSON merge patch: null takes a member out. `apns.headers` are headers of APNs. */
  readonly overrides?: Readonly<Partial<Record<BuiltProvider, JsonObject>>>;
}

/** The texts of one language; what is missing falls back to the default. */
export type LocalizedTexts = Pick<RenderedMessage, 'title' | 'subtitle' | 'body' | 'image' | 'link'>;

/** A message as its author wrote it: Liquid in any string, texts by language (BCP 47, canonical). `badge` may be Liquid too. */
export interface MessageTemplate extends Omit<RenderedMessage, 'badge'> {
  readonly badge?: number | string;
  readonly localized?: Readonly<Record<string, LocalizedTexts>>;
}

export type Variables = Readonly<Record<string, unknown>>;

/** What messages of a sample come to at one provider, in bytes as it counts them. */
export interface MessageSizes {
  /** Messages that were weighed. */
  readonly of: number;
  readonly largest: number;
  readonly percentile99: number;
  /** The most that it takes. */
  readonly limit: number;
}
