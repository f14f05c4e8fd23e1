import { connect, type ClientHttp2Session } from 'node:http2';
import { anAppleCertificate, type AppleCertificate } from '#libs/testing/certificates';
import { newApnsToken, providerToken, push } from './apns-client.ts';
import { runningSimulator, type Running } from './running-simulator.ts';

describe('simulated APNs with certificates', () => {
  let running: Running;
  let sessions: ClientHttp2Session[];

  beforeAll(async () => {
    running = await runningSimulator();
  });

  beforeEach(() => {
    sessions = [];
  });

  afterEach(() => {
    for (const session of sessions) session.destroy();
  });

  afterAll(() => running.stop());

  const known = async (facts: Parameters<typeof anAppleCertificate>[0]): Promise<AppleCertificate> => {
    const made = await anAppleCertificate(facts);
    const { status } = await running.control('PUT', '/accounts', { apns: [{ certificate: made.certificate }] });
    expect(status).toBe(200);
    return made;
  };
  const open = ({ certificate: cert, privateKey: key }: AppleCertificate, target: 'production' | 'sandbox' = 'production') => {
    const { apns } = running.simulator.listeners;
    const { host, port } = target === 'sandbox' ? apns.sandbox : apns;
    const session = connect(`https://${host}:${port}`, { ca: apns.ca, cert, key });
    session.on('error', () => undefined);
    sessions.push(session);
    return session;
  };
  const word = async (session: ClientHttp2Session, headers = {}, authorization?: string) => {
    const { status, reason } = await push(session, { authorization, headers, token: newApnsToken() });
    return reason === undefined ? status : `${status} ${reason}`;
  };

  it('takes the topics that the certificate lists, without a token', async () => {
    const session = open(await known({ topics: ['app.demo', 'app.demo.voip'] }));

    expect(await word(session)).toBe(200);
    expect(await word(session, { 'apns-topic': 'app.demo.voip', 'apns-push-type': 'voip' })).toBe(200);
    expect(await word(session, { 'apns-topic': 'app.other' })).toBe('400 TopicDisallowed');
    expect(await word(session, {}, 'bearer nonsense')).toBe(200);
  });

  it('takes the one topic of a certificate for granted, and wants one of several', async () => {
    expect(await word(open(await known({ topics: ['app.demo'] })), { 'apns-topic': undefined })).toBe(200);
    expect(await word(open(await known({ topics: ['app.demo', 'app.two'] })), { 'apns-topic': undefined })).toBe('400 MissingTopic');
  });

  it('sends device management to the topic of such a certificate only', async () => {
    const session = open(await known({ topics: ['com.apple.mgmt.External.1'] }));

    expect(await word(session, { 'apns-topic': 'com.apple.mgmt.External.1', 'apns-push-type': 'mdm' })).toBe(200);
    const byKey = running.connect('apns');
    const topic = { 'apns-topic': 'com.apple.mgmt.External.1', 'apns-push-type': 'mdm' };
    expect(await word(byKey, topic, await providerToken(running))).toBe('400 TopicDisallowed');
  });

  it('does not take a certificate that nobody knows, that has ended, or of the other environment', async () => {
    expect(await word(open(await anAppleCertificate({ topics: ['app.demo'] })))).toBe('403 BadCertificate');
    expect(await word(open(await known({ topics: ['app.demo'], notAfter: '2026-01-01T00:00:00Z' })))).toBe('403 BadCertificate');
    const development = await known({ topics: ['app.demo'], environments: ['sandbox'] });
    expect(await word(open(development))).toBe('403 BadCertificateEnvironment');
    expect(await word(open(development, 'sandbox'))).toBe(200);
  });

  it('takes no account that is no certificate', async () => {
    const { body } = await running.control('PUT', '/accounts', { apns: [{ certificate: 'x' }] });

    expect(body).toMatchObject({ errors: [{ pointer: '/apns/0/certificate' }] });
  });
});
