import type { ErrandDesk, ErrandKind, ErrandServer } from '#libs/access';
import type { PlatformSettingsOf } from '#libs/service';
import type { ProviderErrand } from '../providers/provider-plug.ts';

/** Does what providers are asked for beside messages, for whoever asks at the desk; as long as this process does work of its own. */
export class ServeErrands {
  #stops: readonly (() => void)[] = [];

  constructor(
    private readonly errands: readonly ProviderErrand[],
    private readonly desk: ErrandDesk,
    private readonly platform: PlatformSettingsOf,
  ) {}

  /** Called by Nest, as is its counterpart. */
  onApplicationBootstrap(): void {
    if (!this.platform.settings.CONSUMERS) return;
    this.#stops = this.errands.map((errand) => this.#serve(errand));
  }

  beforeApplicationShutdown(): void {
    for (const stop of this.#stops) stop();
  }

  #serve<K extends ErrandKind>(errand: ProviderErrand<K>): () => void {
    const server: ErrandServer<K> = (asked) => errand.execute(asked);
    return this.desk.serve(errand.kind, server);
  }
}
