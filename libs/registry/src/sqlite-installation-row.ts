import type { ProviderName } from '#libs/kernel';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { SelectedInstallation } from './audience/audience-query.ts';
import { Rows, type AnyRecord } from './field-table.ts';
import { installationTable } from './installation-table.ts';
import type { Environment, Installation, Platform, Subscription } from './installation.ts';
import { fingerprintIn, tokenKeyOf } from './token-key.ts';

type Tuple = readonly SQLOutputValue[];

const rows = new Rows(installationTable);

/** In the order of `toRow`: the table's own, then those that queries need and nobody says. */
export const columns: readonly string[] = [...rows.columns, 'token_key', 'has_token', 'claim_at', 'details'];

export function toRow(installation: Installation): SQLInputValue[] {
  const { app, provider, token, tokenFingerprint, claim } = installation;
  return [
    ...rows.values(installation),
    tokenFingerprint === null ? null : tokenKeyOf(app, provider, tokenFingerprint),
    token === null ? 0 : 1,
    claim?.at ?? null,
    JSON.stringify(rows.details(installation)),
  ];
}

/** Of a row of `columns`. */
export function fromTuple(tuple: Tuple): Installation {
  const tokenKey = tuple[rows.columns.length] as string | null;
  const record = rows.read(tuple, JSON.parse(tuple[rows.columns.length + 3] as string) as AnyRecord);
  record['tokenFingerprint'] = tokenKey === null ? null : fingerprintIn(tokenKey);
  return record as unknown as Installation;
}

/** In the order in which `selectedFromTuple` takes them. */
export const selectedColumns =
  'key, id, user_id, owner_epoch, provider, environment, subscription, notifications_enabled, bundle_id, platform, has_token';

export function selectedFromTuple(tuple: Tuple): SelectedInstallation {
  return {
    key: tuple[0] as string,
    id: tuple[1] as string,
    userId: tuple[2] as string,
    ownerEpoch: tuple[3] as number,
    provider: tuple[4] as ProviderName,
    environment: tuple[5] as Environment,
    subscription: tuple[6] as Subscription,
    notificationsEnabled: tuple[7] === 1,
    bundleId: tuple[8] as string | null,
    platform: tuple[9] as Platform,
    hasToken: tuple[10] === 1,
  };
}
