import type { ProviderName } from '#libs/kernel';
import type { Model } from 'mongoose';
import type { InstallationTally } from './installation.repository.ts';
import type { InstallationDocument } from './mongo-installation-document.ts';

type Installations = Model<InstallationDocument>;

interface Group {
  readonly _id: { readonly provider: ProviderName; readonly hasToken: boolean };
  readonly installations: number;
}

/** Counts of all apps, over a narrow index, one app after the other. */
export async function tallyInstallations(installations: Installations): Promise<readonly InstallationTally[]> {
  const tallies: InstallationTally[] = [];
  for (let app = await appAfter(installations, ''); app !== undefined; app = await appAfter(installations, app)) {
    tallies.push(...(await tallyOfApp(installations, app)));
  }
  return tallies;
}

export async function tallyOfApp(installations: Installations, app: string): Promise<readonly InstallationTally[]> {
  const groups = await installations.aggregate<Group>([
    { $match: { app, hasToken: { $in: [true, false] } } },
    { $group: { _id: { provider: '$provider', hasToken: '$hasToken' }, installations: { $sum: 1 } } },
  ]);
  return groups.map(({ _id: { provider, hasToken }, installations: counted }) => ({
    app,
    provider,
    withToken: hasToken,
    installations: counted,
  }));
}

async function appAfter(installations: Installations, app: string): Promise<string | undefined> {
  const found = await installations
    .findOne({ app: { $gt: app } }, { app: 1 })
    .sort({ app: 1 })
    .lean<Pick<InstallationDocument, 'app'>>();
  return found?.app;
}
