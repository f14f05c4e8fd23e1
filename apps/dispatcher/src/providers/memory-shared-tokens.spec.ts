import { MemorySharedTokens } from './memory-shared-tokens.ts';
import { sharedTokensContract } from './shared-tokens.contract.ts';

sharedTokensContract('memory', async () => ({ tokens: new MemorySharedTokens(), now: 0 }));
