import { randomBytes } from 'node:crypto';

/** Nobody outside knows it, so no author can write a hole into a text. */
const mark = randomBytes(8).toString('hex');
const maxHoles = 8;

/** Stand in a text for what differs from recipient to recipient; JSON carries them as they are. Private-use characters and a secret of this process. */
export const HOLES: readonly string[] = Array.from({ length: maxHoles }, (_, at) => `\uE000${mark}${at}\uE001`);
