import { z } from 'zod';
import { documented } from '../intake/documented.ts';
import { audienceTarget, everyoneTarget, filterTarget, tagsTarget, textTarget } from '../intake/target-body.ts';

export const previewBody = documented(
  z
    .union([everyoneTarget, tagsTarget, filterTarget, textTarget, audienceTarget])
    .meta({ id: 'Audience', examples: [{ tags: 'vip && !muted' }] }),
);
const count = z.int().min(0);
export const previewAnswer = z
  .object({
    installations: count,
    users: count,
    byPlatform: z.record(z.string(), count),
    byLanguage: z.record(z.string(), count),
    byAppVersion: z
      .record(z.string(), count)
      .meta({ description: 'The 100 most frequent, `unknown` among them; the installations of all others together are `other`.' }),
    reachable: count.meta({
      description: 'Those that have a token, may show notifications and belong to somebody who did not unsubscribe.',
    }),
    sample: z.array(z.string()).meta({ description: 'Ids of at most 10 of the installations.' }),
    cost: z
      .object({ rowsRead: count, ms: count })
      .meta({ description: 'Installations of the app, each of which was looked at, and how long that took.' }),
  })
  .meta({ id: 'AudiencePreview' });

export const previewExample = {
  installations: 4_000,
  users: 3_900,
  byPlatform: { ios: 2_100, android: 1_900 },
  byLanguage: { fr: 1_600, en: 2_400 },
  byAppVersion: { '4.2': 3_000, '4.1': 900, unknown: 100 },
  reachable: 3_100,
  sample: ['phone-1'],
  cost: { rowsRead: 10_000, ms: 20 },
};
