import { externalIdField, newExternalIdField } from '#libs/registry-http';
import { z } from 'zod';

/** `PUT …/installations/{id}/user`. */
export const changeUserBody = z
  .strictObject({ externalId: newExternalIdField })
  .meta({ id: 'UserChange', examples: [{ externalId: 'kim' }] });

/** `POST …/users/lookup`: an id that nobody can have is that of an unknown user. */
export const externalIdBody = z.strictObject({ externalId: externalIdField }).meta({ id: 'ExternalId', examples: [{ externalId: 'kim' }] });

export type ExternalIdBody = z.output<typeof externalIdBody>;
