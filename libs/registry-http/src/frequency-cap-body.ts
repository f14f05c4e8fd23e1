import { parseDuration, type FrequencyCap } from '#libs/kernel';
import { z } from 'zod';

const maxCaps = 10;
const minuteMs = 60_000;
const maxMs = 90 * 86_400_000;

const cap = z
  .strictObject({
    label: z.string().min(1).max(64).meta({ description: 'Of the campaigns that count, and that it keeps back; `*`: all marketing' }),
    max: z.int().min(1).max(100),
    per: z
      .string()
      .refine((text) => isLength(parseDuration(text)), 'Must be an ISO 8601 duration of a minute to 90 days, such as P7D')
      .meta({ description: 'No stretch of this length has more than `max`' }),
    by: z.enum(['user', 'installation']).meta({ description: '`user`: a send counts once for a person, on however many devices' }),
  })
  .meta({ id: 'FrequencyCap', examples: [{ label: '*', max: 3, per: 'P7D', by: 'user' }] });

/** Frequency caps of an app. */
export const frequencyCapsBody = z
  .array(cap)
  .max(maxCaps)
  .refine((caps) => new Set(caps.map(nameOf)).size === caps.length, 'Each label, length and kind once')
  .meta({
    description: 'How much marketing a person, or a device, gets; all of them hold. What is left out has the reason `frequency_cap`',
  });

function isLength(ms: number | undefined): boolean {
  return ms !== undefined && ms >= minuteMs && ms <= maxMs;
}

function nameOf({ label, per, by }: FrequencyCap): string {
  return JSON.stringify([label, parseDuration(per), by]);
}
