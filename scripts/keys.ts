// `npm run keys -- rotate`: seals with the first of CARILLON_MASTER_KEYS what the others sealed (docs/operations.md).
import 'reflect-metadata';
import { services } from '#apps/carillon';
import { rotateKeys } from '#libs/service';

const help = `npm run keys -- rotate

Seals stored credentials, secrets of webhooks and scheduled sends to tokens anew with the first of CARILLON_MASTER_KEYS. It may be repeated. Embedded: stop the platform first; distributed: give every
process all the keys first. CARILLON_DATA, MONGODB_URI and the other settings are those of a start: docs/settings.md.
`;
const [, , command, ...more] = process.argv;
if (command === '--help') process.stdout.write(help);
else if (command === 'rotate' && more.length === 0) await rotateKeys(process.env, ...services);
else {
  process.stderr.write(`${help.split('\n')[0] ?? ''} is what there is; --help says more\n`);
  process.exitCode = 1;
}
