import { z } from 'zod';

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'Must be a time such as 22:00');

/** Quiet hours of an app or a campaign. */
export const quietHoursBody = z
  .strictObject({
    from: time,
    to: time,
    then: z
      .enum(['hold', 'drop'])
      .meta({ description: '`hold`: it goes when they end, unless it has expired; `drop`: it is suppressed, reason `quiet_hours`' }),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'Must not be equal to `from`' })
  .meta({
    id: 'QuietHours',
    description: 'Hours in which no marketing goes out, by the clock of each installation; of one that told no zone, by UTC',
    examples: [{ from: '22:00', to: '08:00', then: 'hold' }],
  });
