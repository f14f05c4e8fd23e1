import { z } from 'zod';
import { SettingsInvalid, parseSettings } from '../src/settings.ts';

const owners = [
  { name: 'platform', settings: z.object({ PORT: z.coerce.number().int(), LEVEL: z.string().default('info') }) },
  { name: 'campaign', settings: z.object({ BATCH_SIZE: z.coerce.number().int().max(500).default(500) }) },
];

describe('settings', () => {
  it('reports every problem of every service at once, without the values', () => {
    const parse = () => parseSettings({ PORT: 'secret', BATCH_SIZE: '900' }, owners);

    expect(parse).toThrow(SettingsInvalid);
    expect(parse).toThrow(/PORT \(platform\)[^]*BATCH_SIZE \(campaign\)/);
    expect(parse).not.toThrow(/secret/);
  });

  it('takes an empty text for unset', () => {
    expect(parseSettings({ PORT: '1', LEVEL: '' }, owners)).toEqual([{ PORT: 1, LEVEL: 'info' }, { BATCH_SIZE: 500 }]);
  });
});
