/** What a server key can be narrowed to: the resources of the API, each also as `<resource>:read`. */
const resources = [
  'installations',
  'users',
  'tokens',
  'imports',
  'exports',
  'audiences',
  'campaigns',
  'sends',
  'events',
  'receipts',
  'providers',
  'dead-letters',
  'webhooks',
  'stats',
] as const;

export const SCOPES: readonly string[] = resources.flatMap((resource) => [resource, `${resource}:read`]);

/** Whether the scopes of a key cover a call; a key without scopes may do all that its kind may. */
export function scopesAllow(scopes: readonly string[] | undefined, resource: string, reads: boolean): boolean {
  return scopes === undefined || scopes.includes(resource) || (reads && scopes.includes(`${resource}:read`));
}
