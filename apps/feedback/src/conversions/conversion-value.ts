import { causeOf, type ConversionRule, type Converted } from '#libs/sends';

interface Event {
  /** ms */
  readonly at: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What an event of the rule's name makes of a message; undefined where it was too early or too late for it. All in ms. */
export function convertedBy(
  rule: ConversionRule,
  { at, properties }: Event,
  acceptedAt: number,
  openedAt: number | null,
): Converted | undefined {
  const after = causeOf(rule.withinMs, at, acceptedAt, openedAt);
  return after && { at, after, value: valueIn(properties, rule.value), event: `${rule.event}:${at}` };
}

function valueIn(properties: Readonly<Record<string, unknown>>, name: string | undefined): number {
  const value = name === undefined || !Object.hasOwn(properties, name) ? undefined : properties[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
