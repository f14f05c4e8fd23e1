import { generateKeyPair, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { secretFile } from '../tls/secret-file.ts';

const accountFile = z.object({
  apns: z.object({ teamId: z.string(), keyId: z.string(), privateKey: z.string(), publicKey: z.string() }),
  fcm: z.object({
    type: z.literal('service_account'),
    project_id: z.string(),
    private_key_id: z.string(),
    private_key: z.string(),
    client_email: z.string(),
    public_key: z.string(),
  }),
});

/** The one APNs key and the one service account that every simulator knows: what `{simulated: true}` stands for. Keys are PEM; `fcm` reads like Google's key file. */
export type SimulatedAccounts = z.output<typeof accountFile>;

const accountFileName = 'accounts.json';

/** Reads the accounts of a data folder; makes them once (file mode 0600), so that stored credentials stay good over restarts. */
export async function simulatedAccounts(folder: string): Promise<SimulatedAccounts> {
  const text = await secretFile(join(folder, accountFileName), async () => `${JSON.stringify(await makeAccounts(), null, 2)}\n`);
  return accountFile.parse(JSON.parse(text));
}

async function makeAccounts(): Promise<SimulatedAccounts> {
  const encoding = { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const;
  const generate = promisify(generateKeyPair);
  const apns = await generate('ec', { namedCurve: 'P-256', ...encoding });
  const fcm = await generate('rsa', { modulusLength: 2048, ...encoding });
  const project = `carillon-sim-${randomBytes(3).toString('hex')}`;
  return {
    apns: { teamId: tenCharacters('T'), keyId: tenCharacters('K'), privateKey: apns.privateKey, publicKey: apns.publicKey },
    fcm: {
      type: 'service_account',
      project_id: project,
      private_key_id: randomBytes(20).toString('hex'),
      private_key: fcm.privateKey,
      client_email: `carillon@${project}.iam.gserviceaccount.com`,
      public_key: fcm.publicKey,
    },
  };
}

/** Apple's team and key ids are ten capitals and digits. */
function tenCharacters(first: string): string {
  return first + randomBytes(5).toString('hex').toUpperCase().slice(0, 9);
}
