import type { Sealer } from '#libs/access';
import type { PushToken } from '#libs/kernel';
import { MovedTokens } from './moved-tokens.ts';

export class SealedMovedTokens extends MovedTokens {
  constructor(private readonly sealer: Sealer) {
    super();
  }

  seal(app: string, token: PushToken): string {
    return this.sealer.seal(token.reveal(), app);
  }
}
