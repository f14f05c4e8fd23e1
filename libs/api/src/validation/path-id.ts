import { z } from 'zod';

const maxId = 128;
/** Unicode's category Cc, in the regular expressions of JSON Schema. */
export const NO_CONTROL_CHARACTERS = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$';

/** An id chosen by callers (installation, user, campaign): 1–128 characters of any script, no control characters. */
export const pathId = z
  .string()
  .refine((id) => id.length > 0 && id.length <= 2 * maxId && Array.from(id).length <= maxId, `1 to ${maxId} characters`)
  .refine((id) => id.isWellFormed() && !/\p{Cc}/u.test(id), 'No control characters')
  .meta({
    description: 'Percent-encoded UTF-8, up to 128 characters',
    minLength: 1,
    maxLength: maxId,
    pattern: NO_CONTROL_CHARACTERS,
  });
