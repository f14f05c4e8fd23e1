import { checkDeskContract } from '../../src/checks/check-desk.contract.ts';
import { MemoryCheckDesk } from '../../src/checks/memory-check-desk.ts';

checkDeskContract('memory', async () => {
  const desk = new MemoryCheckDesk();
  return { asking: desk, serving: desk };
});

it('nobody is waited for longer than asked', async () => {
  const desk = new MemoryCheckDesk();
  desk.serve(() => new Promise(() => undefined));

  expect(await desk.ask({ app: 'shop', provider: 'apns', bundleIds: [], sealed: '' }, 1)).toBeUndefined();
});
