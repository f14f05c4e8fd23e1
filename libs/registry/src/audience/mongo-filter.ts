import type { QueryFilter } from 'mongoose';
import { rowOf } from '../field-table.ts';
import type { InstallationDocument } from '../installation/mongo-installation-document.ts';
import { installationTable } from '../installation/installation.ts';
import type { Audience } from './audience.ts';
import {
  filterPredicate,
  isVersion,
  type Comparison,
  type Filter,
  type FilterLeaf,
  type FilterValue,
  type SeenRange,
  isEngagement,
  pastAskedBy,
  type AskedPast,
  type Filtered,
} from './filter.ts';
import type { TagExpression } from './tag-expression.ts';

type Condition = QueryFilter<InstallationDocument>;

/** A condition that all whom the filter selects satisfy. `isExact`: nobody else does; otherwise whoever reads asks the predicate, too. */
interface MongoCondition {
  readonly condition: Condition;
  readonly isExact: boolean;
}

const anybody: MongoCondition = { condition: {}, isExact: false };
const exactly = (condition: Condition): MongoCondition => ({ condition, isExact: true });
const numeric: Partial<Record<Comparison['op'], string>> = { eq: '$eq', lt: '$lt', lte: '$lte', gt: '$gt', gte: '$gte' };
const simpleName = /^[A-Za-z_][\w-]*$/;

/** What the server is asked for the living whom an audience selects, and perhaps some more. `firstSeenUntil`: ms. */
export function conditionOf(audience: Audience, firstSeenUntil: number | null): Condition {
  return {
    deletedAt: { $exists: false },
    ...(firstSeenUntil !== null && { firstSeenAt: { $lte: firstSeenUntil } }),
    ...(audience.kind === 'tags' && tagFilter(audience.expression)),
    ...(audience.kind === 'filter' && { $and: [mongoConditionOf(audience.filter).condition] }),
  };
}

/** What has to be asked of each installation as well; undefined where the server's own word is exact. */
export function predicateOf(audience: Audience): Judgement | undefined {
  if (audience.kind !== 'filter' || mongoConditionOf(audience.filter).isExact) return undefined;
  return { holds: filterPredicate(audience.filter), asked: pastAskedBy(audience.filter) };
}

/** What this process asks of each installation, with what it asks of the user's past. */
export interface Judgement {
  readonly holds: (installation: Filtered) => boolean;
  readonly asked: AskedPast;
}

/** Negations go down to the leaves, so that what is left out is left out on the safe side. `holds`: false for where the filter does not hold. */
function mongoConditionOf(filter: Filter, holds = true): MongoCondition {
  if ('not' in filter) return mongoConditionOf(filter.not, !holds);
  if ('and' in filter || 'or' in filter) {
    const parts = ('and' in filter ? filter.and : filter.or).map((part) => mongoConditionOf(part, holds));
    const isExact = parts.every((part) => part.isExact);
    const conditions = parts.map(({ condition }) => condition);
    return { condition: 'and' in filter === holds ? { $and: conditions } : { $or: conditions }, isExact };
  }
  return leafCondition(filter, holds);
}

function leafCondition(leaf: FilterLeaf, holds: boolean): MongoCondition {
  if ('tag' in leaf) {
    const { tag } = leaf;
    return exactly(holds ? { $or: [{ tags: tag }, { userTags: tag }] } : { tags: { $ne: tag }, userTags: { $ne: tag } });
  }
  if ('installation' in leaf) return exactly({ id: holds ? leaf.installation : { $ne: leaf.installation } });
  if ('lastSeen' in leaf) return within('lastSeenAt', leaf.lastSeen, holds);
  if ('firstSeen' in leaf) return within('firstSeenAt', leaf.firstSeen, holds);
  if ('random' in leaf || 'share' in leaf || 'near' in leaf || 'event' in leaf || isEngagement(leaf)) return anybody;
  if ('attr' in leaf) return attribute('attributes', leaf.attr, leaf, holds);
  if ('userAttr' in leaf) return attribute('userAttributes', leaf.userAttr, leaf, holds);
  const name = 'device' in leaf ? leaf.device : leaf.user;
  if (name === 'known' || name === 'verified' || isVersion(name)) return anybody;
  const { ownField, unknown, kind } = rowOf(installationTable, name);
  if (kind.name === 'flag' || typeof unknown === 'string') return anybody;
  return text(ownField ? name : `details.${name}`, leaf, holds);
}

function text(path: string, { op, value }: Comparison, holds: boolean): MongoCondition {
  const texts = (Array.isArray(value) ? (value as readonly FilterValue[]) : [value as FilterValue]).filter(
    (one) => typeof one === 'string',
  );
  const at = (condition: unknown) => exactly({ [path]: condition });
  if (op === 'exists') return at({ $exists: holds === (value === true) });
  if (op === 'eq' || op === 'in') return at(holds ? { $in: texts } : { $nin: texts });
  if (op !== 'ne' && op !== 'nin') return anybody;
  return holds ? at({ $exists: true, $nin: texts }) : exactly({ $or: [{ [path]: { $exists: false } }, { [path]: { $in: texts } }] });
}

/** A number in a list satisfies the server as well, so that the predicate has the last word. */
function attribute(field: string, name: string, { op, value }: Comparison, holds: boolean): MongoCondition {
  const operator = numeric[op];
  if (!holds || operator === undefined || typeof value !== 'number' || !simpleName.test(name)) return anybody;
  return { condition: { [`${field}.${name}`]: { [operator]: value } }, isExact: false };
}

function within(field: 'lastSeenAt' | 'firstSeenAt', { before, after }: SeenRange, holds: boolean): MongoCondition {
  const bounds: Condition[] = [];
  if (before !== undefined) bounds.push({ [field]: holds ? { $lt: before } : { $gte: before } });
  if (after !== undefined) bounds.push({ [field]: holds ? { $gt: after } : { $lte: after } });
  return exactly(holds ? { $and: [{}, ...bounds] } : { $or: bounds.length === 0 ? [{ _id: { $exists: false } }] : bounds });
}

/**
 * The expression over the fields `tags`, `userTags`, `id` and `externalId`; says the same as `tagCondition` does in SQL. Negations go down to the
 * leaves, so that a filter nests no deeper than the expression's `&&` and `||`. `holds`: false for where the expression does not hold.
 */
function tagFilter(expression: TagExpression, holds = true): Condition {
  switch (expression.kind) {
    case 'tag': {
      const { tag } = expression;
      return holds ? { $or: [{ tags: tag }, { userTags: tag }] } : { tags: { $ne: tag }, userTags: { $ne: tag } };
    }
    case 'installation':
      return { id: holds ? expression.id : { $ne: expression.id } };
    case 'user':
      return { externalId: holds ? expression.externalId : { $ne: expression.externalId } };
    case 'not':
      return tagFilter(expression.operand, !holds);
    case 'and':
    case 'or': {
      const operands = expression.operands.map((operand) => tagFilter(operand, holds));
      return (expression.kind === 'and') === holds ? { $and: operands } : { $or: operands };
    }
  }
}
