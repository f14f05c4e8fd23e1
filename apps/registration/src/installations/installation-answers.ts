import { ignoredFields, installationExample, installationRecord, installationRecordOf } from '#libs/registry-http';
import type { RegisteredInstallation } from '#libs/registry';
import { z } from 'zod';

export const installationAnswer = installationRecord.extend({ ignoredFields }).meta({ id: 'InstallationAnswer' });

export const sessionAnswer = installationRecord.extend({ tokenChanged: z.boolean(), ignoredFields }).meta({ id: 'SessionAnswer' });

export const registeredAnswer = installationRecord
  .extend({
    created: z.boolean(),
    tokenChanged: z.boolean(),
    installationSecret: z
      .string()
      .optional()
      .meta({ description: 'Answered once, to the first sdk key; later sdk calls carry it in X-Installation-Secret.' }),
    ignoredFields,
  })
  .meta({ id: 'RegisteredInstallation' });

export const registeredExample = { ...installationExample, created: true, tokenChanged: true };
export const registeredBySdkExample = { ...registeredExample, installationSecret: 'dGhpcyBpcyBzaG93biBvbmNlLCB0byB0aGUgZmlyc3Q' };

export function sessionAnswerOf({ installation, tokenChanged }: RegisteredInstallation): z.output<typeof sessionAnswer> {
  return { ...installationRecordOf(installation), tokenChanged };
}

export function registeredAnswerOf(
  registered: RegisteredInstallation & { readonly installationSecret?: string },
): z.output<typeof registeredAnswer> {
  const { created, installationSecret } = registered;
  return Object.assign(sessionAnswerOf(registered), { created, ...(installationSecret !== undefined && { installationSecret }) });
}
