import { parseDuration } from '#libs/kernel';
import type { ConversionRule } from '#libs/sends';
import { z } from 'zod';

/** Accepted messages are kept no longer than their receipts are. */
const longestMs = 30 * 86_400_000;

/** What messages are for, as its author writes it. */
export const conversionBody = z
  .strictObject({
    event: z.string().min(1).max(128),
    within: z
      .string()
      .refine((text) => parseDuration(text) !== undefined, {
        error: 'Must be an ISO 8601 duration of weeks, days, hours, minutes, seconds',
        abort: true,
      })
      .refine((text) => (parseDuration(text) ?? 0) <= longestMs, 'Must be at most P30D')
      .default('P3D')
      .meta({ description: 'After the message was opened, else after the provider accepted it.' }),
    value: z.string().min(1).max(128).exactOptional().meta({ description: 'A property of the event whose numbers are summed.' }),
  })
  .meta({ id: 'Conversion', examples: [{ event: 'order_placed', within: 'P3D', value: 'total' }] });

export type WrittenConversion = z.output<typeof conversionBody>;

export function conversionRuleOf({ event, within, value }: WrittenConversion): ConversionRule {
  return { event, withinMs: parseDuration(within) ?? 0, ...(value !== undefined && { value }) };
}
