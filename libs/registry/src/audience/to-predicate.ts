import type { Installation } from '../installation.ts';
import type { Audience } from './audience-query.ts';
import type { TagExpression } from './tag-expression.ts';

/** What a tag expression sees of an installation. */
export type Tagged = Pick<Installation, 'id' | 'externalId' | 'tags' | 'userTags'>;
export type TagPredicate = (installation: Tagged) => boolean;

export function tagPredicate(expression: TagExpression): TagPredicate {
  throw new Error('not yet');
}

export function audiencePredicate(audience: Audience): TagPredicate {
  return audience.kind === 'everyone' ? () => true : tagPredicate(audience.expression);
}
