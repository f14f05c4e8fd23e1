import { errandDeskContract } from '../../src/errands/errand-desk.contract.ts';
import { MemoryErrandDesk } from '../../src/errands/memory-errand-desk.ts';

errandDeskContract('memory', async () => {
  const desk = new MemoryErrandDesk();
  return { asking: desk, serving: desk };
});

it('nobody is waited for longer than asked', async () => {
  const desk = new MemoryErrandDesk();
  desk.serve('credential_check', () => new Promise(() => undefined));

  expect(await desk.ask('credential_check', { app: 'shop', provider: 'apns', bundleIds: [], sealed: '' }, 1)).toBeUndefined();
});
