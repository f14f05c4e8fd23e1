import type { QuietHours } from '#libs/kernel';
import type { RampStep } from '#libs/sends';
import type { NamedDocument } from '../documents/named-documents.ts';
import type { WrittenConversion } from '../intake/conversion-body.ts';
import type { WinnerRule } from './contest.ts';
import type { Schedule } from './schedule.ts';

/** One of several messages of a campaign. */
export interface Variant {
  readonly name: string;
  /** Percent of the users outside the control group. */
  readonly share: number;
  /** `message` or `template`, as in a send. */
  readonly send: Readonly<Record<string, unknown>>;
}

/** What a person writes and launches, again and again if they like. */
export interface Campaign extends NamedDocument {
  readonly name: string | null;
  readonly labels: readonly string[];
  /** When it makes its sends; null, or absent in what older versions wrote: at launch. */
  readonly schedule?: Schedule | null;
  readonly conversion?: WrittenConversion | null;
  /** In the place of the app's; false: none; null: those of the app. */
  readonly quietHours?: QuietHours | false | null;
  /** Whether frequency caps of the app keep it from anybody; absent in what older versions wrote: they do. */
  readonly frequency?: { readonly respectCaps: boolean };
  /** How many messages of its sends go in a minute; null: as many as there are. */
  readonly ratePerMinute?: number | null;
  /** Shares that have each of its sends before the rest; null: all at once. */
  readonly ramp?: readonly RampStep[] | null;
  /** With more recipients nothing goes out; null: any number. */
  readonly maxRecipients?: number | null;
  /** Messages that lie beside each other, each for its share of the users; none: the send has the message. */
  readonly variants?: readonly Variant[];
  /** Percent of the users who get nothing, to compare with. */
  readonly control?: number;
  /** Variants are tried first, and the rest of the users get the best one; null: each has its share of all. */
  readonly winner?: WinnerRule | null;
  /** The body of the sends it makes, as written and checked: `to`, `message`, `variables`, `options`, `metadata`. */
  readonly send: Readonly<Record<string, unknown>>;
}
