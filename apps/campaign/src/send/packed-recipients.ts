import type { Variables } from '#libs/sends';
import type { TargetedRecipient } from './send-targets.ts';

/** Parallel arrays; variables by position, because most recipients have none. */
interface PackedRecipients {
  readonly keys: readonly string[];
  readonly epochs: readonly (number | null)[];
  readonly variables: Readonly<Record<string, Variables>>;
}

export function packRecipients(recipients: readonly TargetedRecipient[]): string {
  const variables = recipients.flatMap(({ variables: own }, index) => (own ? [[index, own] as const] : []));
  const packed: PackedRecipients = {
    keys: recipients.map(({ key }) => key),
    epochs: recipients.map(({ ownerEpoch }) => ownerEpoch),
    variables: Object.fromEntries(variables),
  };
  return JSON.stringify(packed);
}

export function unpackRecipients(text: string): TargetedRecipient[] {
  const { keys, epochs, variables } = JSON.parse(text) as PackedRecipients;
  return keys.map((key, index) => ({ key, ownerEpoch: epochs[index] ?? null, variables: variables[index] ?? null }));
}
