import { NamedDocuments, type NamedDocument } from '../documents/named-documents.ts';

export const VARIABLE_TYPES = ['string', 'number', 'boolean', 'date'] as const;
export type VariableType = (typeof VARIABLE_TYPES)[number];

/** One variable that a template's message speaks of. */
export interface TemplateVariable {
  readonly type: VariableType;
  /** Without it, and without a default, a send is refused. */
  readonly required: boolean;
  readonly default?: string | number | boolean;
  /** For previews and for people. */
  readonly example?: string | number | boolean;
}

/** A message that sends and campaigns name. What was made with it keeps the message it was made with. */
export interface Template extends NamedDocument {
  /** As written and checked. */
  readonly message: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, TemplateVariable>>;
  /** Of sends that say none. */
  readonly purpose: 'marketing' | 'transactional' | null;
}

export abstract class TemplateRepository extends NamedDocuments<Template> {}
