import { z } from 'zod';

/** What the settings of all providers have in common. */
export const endpointSettings = {
  port: z.coerce.number().int().min(1).max(65_535).default(443),
  ca: z.string().includes('-----BEGIN CERTIFICATE-----').optional(),
  maxConnections: (fallback: number) => z.coerce.number().int().min(1).max(1_000).default(fallback),
  /** Handlers last under 20 s, inside the lease of an attempt (correctness P2). */
  requestDeadlineMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(15_000)
    .default(12_000)
    .meta({ description: 'How long a provider may take to answer a request, in milliseconds.' }),
};
