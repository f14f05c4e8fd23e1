import type { SdkWritable } from '#libs/access';
import type { Installation, InstallationFields } from '#libs/registry';
import { attributesBySdk, tagsBySdk } from '#libs/registry-http';

/** The fields that an sdk key may write of those it sent; what the app keeps for its server keys stays as it is. Throws FieldNotWritable. */
export function fieldsBySdk(
  writable: readonly SdkWritable[],
  fields: InstallationFields,
  present: Pick<Installation, 'tags' | 'attributes'> | undefined,
): InstallationFields {
  const { tags, attributes } = fields;
  return {
    ...fields,
    ...(tags !== undefined && { tags: tagsBySdk(writable, 'installation.tags', tags ?? [], present?.tags ?? []) }),
    ...(attributes !== undefined && {
      attributes: attributesBySdk(writable, 'installation.attributes', attributes ?? {}, present?.attributes ?? {}),
    }),
  };
}

/** Whether the outcome of `fieldsBySdk` depends on what is stored, so that it must not be written over anything newer. */
export function dependsOnPresent({ tags, attributes }: InstallationFields): boolean {
  return tags !== undefined || attributes !== undefined;
}
