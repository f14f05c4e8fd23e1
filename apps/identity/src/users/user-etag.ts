import { checkPrecondition, etagOf, pinsRevision, type Precondition } from '#libs/api';
import type { User } from '#libs/registry';
import { hash } from 'node:crypto';

/**
 * The strong tag of a user as it is answered with its installations: `"<revision>-<hash of the answer>"`. They change without it, so that its revision alone would
 * tell a reader that nothing has. Writes compare the revision, and take the tag with it alone (`"7"`) as well.
 */
export function userEtagOf(answer: { readonly revision: number }): string {
  return etagOf(answer.revision).replace(/"$/, `-${hash('sha1', JSON.stringify(answer), 'base64url')}"`);
}

/** Throws RevisionMismatch unless the user is as expected; answers the revision that the write compares once more, null for no user. */
export function checkedUser(expected: Precondition | undefined, user: User | undefined): { readonly expectedRevision?: number | null } {
  checkPrecondition(expected && { ...only('match', expected), ...only('noneMatch', expected) }, user?.revision);
  return pinsRevision(expected) ? { expectedRevision: user?.revision ?? null } : {};
}

function only(side: 'match' | 'noneMatch', { [side]: tags }: Precondition): Precondition {
  if (tags === undefined) return {};
  return { [side]: tags === 'any' ? tags : tags.map((tag) => tag.replace(/^((?:W\/)?"\d+)-[\w-]{27}"$/, '$1"')) };
}
