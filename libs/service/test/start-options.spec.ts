import { startOptions } from '../src/start-options.ts';

describe('the options of a start', () => {
  it('are none, or that the data comes from a backup', () => {
    expect(startOptions([])).toEqual({ restored: false, help: false });
    expect(startOptions(['--restored'])).toEqual({ restored: true, help: false });
  });

  it.each(['--restord', '--restored=yes', 'restored', '-r'])('%s is not overlooked', (arg) => {
    expect(() => startOptions([arg])).toThrow(/--help/);
  });
});
