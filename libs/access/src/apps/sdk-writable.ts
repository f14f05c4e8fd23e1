/** A field that apps may open to their SDKs. */
export type SdkField = 'installation.tags' | 'installation.attributes' | 'user.tags' | 'user.attributes' | 'user.subscription';

/**
 * `<field>` for all of it, `<field>:<name>` for one tag or attribute, `<field>:<prefix>*` for those that start so:
 * `installation.tags:news_*`. A public key must not be able to give itself the tag `vip`, so what users own is closed by default.
 */
export type SdkWritable = SdkField | `${Exclude<SdkField, 'user.subscription'>}:${string}`;

export const SDK_WRITABLE = /^(?:(?:installation|user)\.(?:tags|attributes)(?::[A-Za-z0-9_@#.:-]{1,120}\*?)?|user\.subscription)$/;

/** Whether an sdk key may write the field, and inside it the tag or attribute of this name. */
export function sdkMayWrite(writable: readonly SdkWritable[], field: SdkField, name?: string): boolean {
  return writable.some((entry) => {
    if (entry === field) return true;
    if (name === undefined || !entry.startsWith(`${field}:`)) return false;
    const allowed = entry.slice(field.length + 1);
    return allowed.endsWith('*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed;
  });
}
