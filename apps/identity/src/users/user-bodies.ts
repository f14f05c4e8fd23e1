import { externalIdField } from '#libs/registry-api';
import { z } from 'zod';

/** `PUT …/installations/{id}/user` and `POST …/users/lookup`. */
export const externalIdBody = z.strictObject({ externalId: externalIdField }).meta({ id: 'ExternalId', examples: [{ externalId: 'kim' }] });

export type ExternalIdBody = z.output<typeof externalIdBody>;
