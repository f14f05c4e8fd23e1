import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { appField } from './fields.ts';

/** An import is over. What it made or changed is not told one by one: an export shows it. */
export const importFinishedV1 = defineEvent({
  type: 'import.finished.v1',
  topics: ['push.activity'],
  key: (data) => `${data.app}:${data.importId}`,
  data: z
    .object({
      app: appField,
      importId: z.string().meta({ description: 'The import.' }),
      state: z.enum(['done', 'failed', 'cancelled']).meta({ description: 'How it ended.' }),
      failure: z.string().nullable().meta({ description: 'Why it failed, or was cancelled by us; null otherwise.' }),
      counts: z
        .object({
          lines: z.int().meta({ description: 'Lines of the files that were read.' }),
          created: z.int().meta({ description: 'Devices and people that were not there before.' }),
          updated: z.int().meta({ description: 'Those that were changed.' }),
          existing: z.int().meta({ description: 'Those that were there and stayed as they were.' }),
          rejected: z.int().meta({ description: 'Those that could not be taken.' }),
        })
        .meta({ description: 'What became of the lines.' }),
    })
    .meta({ id: 'ImportFinished' }),
});
