import type { Send } from './send.ts';

/** What a send that looks for uninstalled apps (R49) names as its campaign; no campaign of a customer can have this id. */
export const UNINSTALL_PROBES = '~uninstall-probes';

export function isProbe({ campaign }: Pick<Send, 'campaign'>): boolean {
  return campaign === UNINSTALL_PROBES;
}
