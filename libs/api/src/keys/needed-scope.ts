interface NeededScope {
  readonly resource: string;
  readonly reads: boolean;
}

/** Calls that take their question in the body and change nothing. */
const questions = new Set(['lookup', 'preview']);

/** What a key with scopes needs for a route: the first word behind the app (`/v1/apps/:app/sends/:id` → `sends`). */
export function neededScope(method: string, route: string): NeededScope {
  const words = route.split('/').filter((word) => word !== '');
  const resource = (words[1] === 'apps' ? words[3] : words[1]) ?? 'apps';
  return { resource, reads: method === 'GET' || method === 'HEAD' || questions.has(words.at(-1) ?? '') };
}
