import { app, chosen, provider, quantiles, type Dashboard } from './grafana.ts';

const both = chosen([app, provider]);
const answered = chosen([app, provider], 'outcome!="skipped"');
const unsuccessful = chosen([app, provider], 'outcome!~"accepted|token_moved|skipped"');

export const providers: Dashboard = {
  uid: 'carillon-providers',
  title: 'Carillon: providers',
  description: 'How APNs, FCM and the others answer, what they refuse, and what waits for them.',
  variables: [app, provider],
  rows: [
    {
      title: 'Health',
      panels: [
        {
          kind: 'figure', title: 'Left alone', width: 6, unit: 'none', alarmAt: 1,
          description: 'Apps and providers whose breaker is open, for a fault or a refused credential; alerts ProviderDown and CredentialsRefused.',
          expr: `sum(max by (app, provider) (carillon_provider_breaker_open${both}))`,
        },
        {
          kind: 'figure', title: 'Credentials refused', width: 6, unit: 'none', alarmAt: 1,
          description: 'Only a person can help: docs/runbooks/CredentialsRefused.md.',
          expr: `sum(max by (app, provider) (carillon_provider_credentials_refused${both}))`,
        },
        {
          kind: 'figure', title: 'Batches that wait', width: 6, unit: 'none', warnAt: 100,
          description: 'Parked: for a retry, a breaker, a rate or a paused send.',
          expr: `sum(max by (app, provider) (carillon_parked_batches${both}))`,
        },
        {
          kind: 'figure', title: 'Next credential to end', width: 6, unit: 's',
          description: 'Of those that said when they end (`expiresAt`); alert CredentialExpiring.',
          expr: `min(carillon_credential_expires_seconds${both})`,
        },
      ],
    },
    {
      title: 'Answers',
      panels: [
        {
          kind: 'curves', title: 'Messages answered, by provider', width: 12, unit: 'reqps', stacked: true,
          description: 'Every answer counts, those to repeats too.',
          queries: [{ expr: `sum by (provider) (rate(carillon_messages_total${answered}[$__rate_interval]))`, legend: '{{provider}}' }],
        },
        {
          kind: 'curves', title: 'Share of answers that are no success', width: 12, unit: 'percentunit',
          description: 'By provider and outcome; a step means that something changed there, or here.',
          queries: [
            {
              expr: `sum by (provider, outcome) (rate(carillon_messages_total${unsuccessful}[$__rate_interval])) / on (provider) group_left sum by (provider) (rate(carillon_messages_total${answered}[$__rate_interval]))`,
              legend: '{{provider}} {{outcome}}',
            },
          ],
        },
        {
          kind: 'curves', title: 'Time of a batch at the provider', width: 12, unit: 's', exemplars: true,
          description: 'From handing over a batch’s messages until all of them are answered.',
          queries: quantiles([0.5, 0.99], 'carillon_provider_request_seconds', 'provider', both),
        },
        {
          kind: 'curves', title: 'Unknown results', width: 12, unit: 'reqps',
          description: 'Timeouts, resets and crashes after a message was written: it may be at the provider, and is sent again.',
          queries: [
            { expr: `sum by (provider) (rate(carillon_possible_duplicates_total${both}[$__rate_interval])) or vector(0)`, legend: '{{provider}}' },
          ],
        },
      ],
    },
    {
      title: 'The wire',
      panels: [
        {
          kind: 'curves', title: 'Requests in flight', width: 8, unit: 'none',
          description: 'Open streams, of all dispatchers together.',
          queries: [{ expr: `sum by (provider) (carillon_provider_in_flight${both})`, legend: '{{provider}}' }],
        },
        {
          kind: 'curves', title: 'Connections', width: 8, unit: 'none',
          description: 'Few and warm is right; many that come and go is not.',
          queries: [{ expr: `sum by (provider) (carillon_provider_connections${both})`, legend: '{{provider}}' }],
        },
        {
          kind: 'curves', title: 'Rate left by throttling', width: 8, unit: 'reqps',
          description: 'Messages per second that a throttling provider still gets; 0: there is no limit.',
          queries: [{ expr: `max by (app, provider) (carillon_provider_rate_limit${both})`, legend: '{{app}} {{provider}}' }],
        },
        {
          kind: 'listing', title: 'Credentials and when they end', width: 12, unit: 's',
          description: 'Time left of each credential that said when it ends.',
          expr: `min by (app, provider) (carillon_credential_expires_seconds${both})`,
        },
        {
          kind: 'curves', title: 'Batches that wait, by provider', width: 12, unit: 'none',
          description: 'They come back by themselves when their time has come; ProviderDown says what to do where they do not.',
          queries: [{ expr: `sum by (provider) (max by (app, provider) (carillon_parked_batches${both}))`, legend: '{{provider}}' }],
        },
      ],
    },
  ],
}; // prettier-ignore
