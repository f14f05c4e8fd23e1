import { accessStatuses } from '../../src/errors/access-statuses.ts';
import { apiStatuses } from '../../src/errors/api-statuses.ts';
import { ErrorStatuses } from '../../src/errors/error-statuses.ts';

describe('error codes', () => {
  it('have one status each', () => {
    const statuses = new ErrorStatuses().register(apiStatuses).register(accessStatuses).register({ app_not_found: 404 });

    expect(statuses.statusOf('app_not_found')).toBe(404);
    expect(statuses.statusOf('nonsense')).toBeUndefined();
    expect(() => statuses.register({ app_not_found: 410 })).toThrow('app_not_found');
  });

  it('are snake_case and refuse', () => {
    for (const [code, status] of Object.entries({ ...apiStatuses, ...accessStatuses })) {
      expect(code).toMatch(/^[a-z]+(_[a-z0-9]+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
    }
  });
});
