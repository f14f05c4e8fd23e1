/** Who has what in a family, as the rules want it: the reference that the platform's answers are compared with. */
export interface FamilyState {
  /** Token → the installation that holds it; null: nobody. */
  readonly holders: Readonly<Record<string, string | null>>;
  /** Installation → its user's own id; null: nobody known; absent: there is no such installation. */
  readonly users: Readonly<Record<string, string | null>>;
}

export type FamilyOperation =
  | { readonly kind: 'show'; readonly installation: string; readonly token: string }
  | { readonly kind: 'login'; readonly installation: string; readonly user: string }
  | { readonly kind: 'logout'; readonly installation: string }
  | { readonly kind: 'delete'; readonly installation: string };

/** What one operation makes of a state. One that finds no installation changes nothing, except `show`, which registers. */
export function after(state: FamilyState, operation: FamilyOperation): FamilyState {
  const { installation } = operation;
  const { holders, users } = state;
  switch (operation.kind) {
    case 'show':
      return {
        holders: { ...without(holders, installation), [operation.token]: installation },
        users: installation in users ? users : { ...users, [installation]: null },
      };
    case 'login':
      return installation in users ? { holders, users: { ...users, [installation]: operation.user } } : state;
    case 'logout':
      return installation in users ? { holders, users: { ...users, [installation]: null } } : state;
    case 'delete': {
      const { [installation]: _gone, ...rest } = users;
      return { holders: without(holders, installation), users: rest };
    }
  }
}

/** What may be true after operations that ran side by side; of those not acknowledged, each may have happened or not. */
export function afterAll(
  states: readonly FamilyState[],
  operations: readonly { readonly operation: FamilyOperation; readonly certain: boolean }[],
): readonly FamilyState[] {
  const ends: FamilyState[] = operations.some(({ certain }) => certain) ? [] : [...states];
  for (const [index, { operation }] of operations.entries()) {
    const rest = operations.toSpliced(index, 1);
    ends.push(
      ...afterAll(
        states.map((state) => after(state, operation)),
        rest,
      ),
    );
  }
  return distinct(ends);
}

export function same(one: FamilyState, other: FamilyState): boolean {
  return text(one) === text(other);
}

function without(holders: FamilyState['holders'], installation: string): FamilyState['holders'] {
  return Object.fromEntries(Object.entries(holders).map(([token, holder]) => [token, holder === installation ? null : holder]));
}

function distinct(states: readonly FamilyState[]): FamilyState[] {
  return [...new Map(states.map((state) => [text(state), state])).values()];
}

function text({ holders, users }: FamilyState): string {
  return JSON.stringify([Object.entries(holders).sort(), Object.entries(users).sort()]);
}
