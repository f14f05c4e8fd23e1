import { MemorySharedTokens } from '../../src/providers/memory-shared-tokens.ts';
import { sharedTokensContract } from '../../src/providers/shared-tokens.contract.ts';

sharedTokensContract('memory', async () => ({ tokens: new MemorySharedTokens(), now: 0 }));
