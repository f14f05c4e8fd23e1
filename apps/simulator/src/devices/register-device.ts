import { newId, PushError } from '#libs/kernel';
import type { Faults } from '../faults/faults.ts';
import type { SimulatedProvider } from '../simulated-provider.ts';
import { phonesOf, providerOf } from '../traits/traits.ts';
import type { Devices } from './devices.ts';

export interface NewDevice {
  readonly app: string;
  readonly platform: string;
  readonly provider?: SimulatedProvider | undefined;
  readonly externalId?: string | undefined;
  readonly bundleId?: string | undefined;
  readonly environment?: 'production' | 'sandbox' | undefined;
  readonly behaviour: string;
}

/** Where the platform is and the admin key for it. */
export interface Platform {
  readonly url: string;
  readonly adminKey: string;
}

/** No admin key, or no address that was set: a key goes to no port that anybody may listen on. */
export class PlatformUnknown extends PushError {
  readonly code = 'platform_unknown';
  readonly retryable = false;

  constructor() {
    super('The simulator knows no platform to register with; set CARILLON_URL and CARILLON_ADMIN_KEY');
  }
}

/** The platform did not answer, or not in time. */
export class PlatformUnreachable extends PushError {
  readonly code = 'platform_unreachable';
  readonly retryable = true;

  constructor(url: string, options?: ErrorOptions) {
    super(`The platform at ${url} does not answer`, options);
  }
}

/** The platform answered, and would not register the device. */
export class PlatformRefused extends PushError {
  readonly code = 'platform_refused';
  readonly retryable = false;

  constructor(status: number, problem: string) {
    super(`The platform answered ${status}: ${problem}`);
  }
}

const deadlineMs = 10_000;

/** Registers simulated phones with the platform, as an SDK on the phone would. */
export class DeviceRegistration {
  constructor(
    private readonly devices: Devices,
    private readonly faults: Faults,
    public platform: Platform | undefined,
  ) {}

  /** Throws PlatformUnknown, PlatformUnreachable or PlatformRefused. */
  async register(device: NewDevice): Promise<{ readonly installation: string; readonly token: string }> {
    if (!this.platform) throw new PlatformUnknown();
    const provider = providerOf(device.platform, device.provider);
    if (!provider) throw new RangeError(`No simulated provider has phones of ${device.platform}`);
    const installation = `sim-${newId()}`;
    const { token, text } = phonesOf(provider).newToken();
    await put(this.platform, device, { installation, provider, token });
    this.devices.announce({ installation, provider, platform: device.platform, token: text });
    if (device.behaviour !== 'ok') this.faults.put({ provider, token: text, behaviour: device.behaviour });
    return { installation, token: text };
  }
}

async function put(
  { url, adminKey }: Platform,
  device: NewDevice,
  { installation, provider, token }: { readonly installation: string; readonly provider: SimulatedProvider; readonly token: unknown },
): Promise<void> {
  const { app, platform, externalId, bundleId, environment } = device;
  const address = `${url.replace(/\/+$/, '')}/v1/apps/${encodeURIComponent(app)}/installations/${installation}`;
  const response = await fetch(address, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      platform,
      provider,
      token,
      permission: 'granted',
      notificationsEnabled: true,
      externalId,
      bundleId,
      environment,
    }),
    signal: AbortSignal.timeout(deadlineMs),
  }).catch((cause: unknown) => {
    throw new PlatformUnreachable(url, { cause });
  });
  const text = await response.text();
  if (!response.ok) throw new PlatformRefused(response.status, text.slice(0, 1_000));
}
