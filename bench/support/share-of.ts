import { readFileSync } from 'node:fs';

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly url: string }; readonly children?: readonly number[] }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The share of a process's CPU time that its profile (`--cpu-prof`) shows inside a package, what that calls included; idle time is left out. */
export function shareOf(profileFile: string, packageName: string): number {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(profileFile, 'utf8')) as Profile;
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
  const idle = new Set(
    nodes.filter(({ callFrame }) => (callFrame as { functionName?: string }).functionName === '(idle)').map(({ id }) => id),
  );
  let [all, within] = [0, 0];
  for (const [index, id] of samples.entries()) {
    if (idle.has(id)) continue;
    all += timeDeltas[index] ?? 0;
    if (inside.has(id)) within += timeDeltas[index] ?? 0;
  }
  return within / all;
}
