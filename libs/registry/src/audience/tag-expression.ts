/** The tree of a tag expression (Azure Notification Hubs' syntax). A leaf keeps its 1-based position for explanations. */
export type TagExpression =
  | { readonly kind: 'tag'; readonly tag: string; readonly position: number }
  | { readonly kind: 'installation'; readonly id: string; readonly position: number }
  | { readonly kind: 'user'; readonly externalId: string; readonly position: number }
  | { readonly kind: 'not'; readonly operand: TagExpression }
  | { readonly kind: 'and'; readonly operands: readonly TagExpression[] }
  | { readonly kind: 'or'; readonly operands: readonly TagExpression[] };

/** A tag, `$InstallationId:{…}` or `$UserId:{…}`. */
export type TagLeaf = Extract<TagExpression, { readonly position: number }>;

export const MAX_TAG_LENGTH = 120;
