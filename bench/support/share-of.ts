import { readFileSync } from 'node:fs';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
}

/**
 * The share of a process's CPU time that its profile (`--cpu-prof`) shows inside a package, what that calls included; idle time is left out. Each sample
 * counts once, however long after the one before: a thread that was pushed off its core, as happens where a write to a socket wakes its reader, is
 * sampled when it goes on, and has used no CPU meanwhile.
 */
export function shareOf(profileFile: string, packageName: string): number {
  const { nodes, samples } = JSON.parse(readFileSync(profileFile, 'utf8')) as Profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const inside = new Set<number>();
  const mark = (id: number, isInside: boolean): void => {
    const node = byId.get(id);
    if (!node) return;
    const is = isInside || node.callFrame.url.includes(`/node_modules/${packageName}/`);
    if (is) inside.add(id);
    for (const child of node.children ?? []) mark(child, is);
  };
  if (nodes[0]) mark(nodes[0].id, false);
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id));
  const busy = samples.filter((id) => !idle.has(id));
  return busy.filter((id) => inside.has(id)).length / busy.length;
}
