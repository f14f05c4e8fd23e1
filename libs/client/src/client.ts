import { Events, Imports } from './imports.ts';
import { PlatformCall, type ClientSettings } from './platform-call.ts';
import { Sends } from './sends.ts';
import { Installations, Users } from './users.ts';

/** One app of a platform. All calls throw Problem. */
export class CarillonClient {
  readonly sends: Sends;
  readonly users: Users;
  readonly installations: Installations;
  readonly imports: Imports;
  readonly events: Events;

  constructor(settings: ClientSettings) {
    const call = new PlatformCall(settings);
    this.sends = new Sends(call);
    this.users = new Users(call);
    this.installations = new Installations(call);
    this.imports = new Imports(call);
    this.events = new Events(call);
  }
}
