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
    sample: z.array(z.string()).meta({ description: 'Ids of at most 10 of the installations.' }),
  })
  .meta({ id: 'AudiencePreview' });

export const previewExample = {
  installations: 4_000,
  users: 3_900,
  byPlatform: { ios: 2_100, android: 1_900 },
  byLanguage: { fr: 1_600, en: 2_400 },
  sample: ['phone-1'],
};
