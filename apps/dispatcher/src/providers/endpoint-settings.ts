import { whole } from '#libs/service';
import { z } from 'zod';

/** What the settings of all providers have in common. */
export const endpointSettings = {
  port: whole(1, 65_535).default(443),
  ca: z.string().includes('-----BEGIN CERTIFICATE-----').optional(),
  maxConnections: (fallback: number) => whole(1, 1_000).default(fallback),
  /** Handlers last under 20 s, inside the lease of an attempt (correctness P2). */
  requestDeadlineMs: whole(100, 15_000)
    .default(12_000)
    .meta({ description: 'How long a provider may take to answer a request, in milliseconds.' }),
};
