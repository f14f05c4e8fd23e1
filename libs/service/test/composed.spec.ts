import { Module } from '@nestjs/common';
import { z } from 'zod';
import { composed } from '../src/composed.ts';
import { defineService } from '../src/define-service.ts';
import { SettingsInvalid } from '../src/settings.ts';

@Module({})
class Nothing {}
const service = (name: string) => defineService({ name, settings: z.object({}), module: () => ({ module: Nothing }) });

describe('a composition of services', () => {
  it('runs all of them, or those that SERVICES names', () => {
    const names = (env: NodeJS.ProcessEnv) =>
      composed(env, [service('campaign'), service('feedback')]).parts.map((part) => part.service.name);

    expect(names({})).toEqual(['campaign', 'feedback']);
    expect(names({ SERVICES: ' feedback ' })).toEqual(['feedback']);
  });

  it('refuses a name that is no service', () => {
    expect(() => composed({ SERVICES: 'feedback,billing' }, [service('feedback')])).toThrow(SettingsInvalid);
  });
});
