import { CredentialVault, ErrandDesk } from '#libs/access';
import { BUILT_PROVIDERS, Clock, Random } from '#libs/kernel';
import { InstallationRepository } from '#libs/registry';
import { PlatformSettingsOf, simulatorControlUrl } from '#libs/service';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { VaultCredentialSource } from './credentials/vault-credential-source.ts';
import { ServeErrands } from './errands/serve-errands.ts';
import { CredentialSource } from './providers/credential-source.ts';
import { ProviderEndpoints } from './providers/provider-endpoints.ts';
import { PROVIDER_PLUGS } from './providers/provider-plugs.ts';
import { PushProviders } from './providers/push-providers.ts';
import { SharedTokens } from './providers/shared-tokens.ts';
import type { DispatcherSettings } from './settings.ts';
import { HttpProviderEndpoints } from './simulators/http-provider-endpoints.ts';
import { Http1Transport } from './transport/http1-transport.ts';
import { Http2Transport } from './transport/http2-transport.ts';
import { LibraryTransport } from './transport/library-transport.ts';
import { RoutedTransport } from './transport/routed-transport.ts';
import { Transport } from './transport/transport.ts';
import { PreviewMessages } from './trials/preview-messages.ts';
import { TryMessages } from './trials/try-messages.ts';

/** Providers that are built, over one transport. Expects SharedTokens, TryMessages and PreviewMessages. */
export function sendingParts(settings: DispatcherSettings): FactoryProvider[] {
  return [
    {
      provide: Transport,
      useFactory: (clock: Clock, random: Random) =>
        transportFor(settings, new RoutedTransport(new Http2Transport(clock, random), new Http1Transport(clock, random)), clock),
      inject: [Clock, Random],
    },
    provideAs(CredentialSource, VaultCredentialSource, CredentialVault, Clock),
    {
      provide: ProviderEndpoints,
      useFactory: ({ settings: platform }: PlatformSettingsOf, clock: Clock) =>
        new HttpProviderEndpoints(simulatorControlUrl(platform), clock),
      inject: [PlatformSettingsOf, Clock],
    },
    {
      provide: PushProviders,
      useFactory: (transport: Transport, credentials: CredentialSource, endpoints: ProviderEndpoints, tokens: SharedTokens, clock: Clock) =>
        new PushProviders(
          BUILT_PROVIDERS.map((name) =>
            PROVIDER_PLUGS[name].open(settings, { transport, libraries: librariesOf(transport), credentials, endpoints, tokens, clock }),
          ),
        ),
      inject: [Transport, CredentialSource, ProviderEndpoints, SharedTokens, Clock],
    },
    {
      provide: ServeErrands,
      useFactory: (
        transport: Transport,
        credentials: CredentialSource,
        endpoints: ProviderEndpoints,
        tokens: SharedTokens,
        installations: InstallationRepository,
        desk: ErrandDesk,
        platform: PlatformSettingsOf,
        trials: TryMessages,
        previews: PreviewMessages,
        clock: Clock,
      ) => {
        const ground = { transport, credentials, endpoints, tokens, installations, clock };
        const errands = BUILT_PROVIDERS.flatMap((name) => PROVIDER_PLUGS[name].errands(settings, ground));
        return new ServeErrands([...errands, trials, previews], desk, platform);
      },
      inject: [
        Transport,
        CredentialSource,
        ProviderEndpoints,
        SharedTokens,
        InstallationRepository,
        ErrandDesk,
        PlatformSettingsOf,
        TryMessages,
        PreviewMessages,
        Clock,
      ],
    },
  ];
}

function transportFor({ DISPATCH_TRANSPORT: chosen }: DispatcherSettings, own: Transport, clock: Clock): Transport {
  return chosen === 'library' ? new LibraryTransport(own, clock) : own;
}

function librariesOf(transport: Transport): LibraryTransport | undefined {
  return transport instanceof LibraryTransport ? transport : undefined;
}
