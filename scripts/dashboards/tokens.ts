import { app, chosen, provider, type Dashboard, type Variable } from './grafana.ts';

const both = chosen([app, provider]);
const ofProvider = chosen([provider]);
const appOfInstallations: Variable = { ...app, metric: 'carillon_installations' };
const providerOfInstallations: Variable = { ...provider, metric: 'carillon_installations' };

export const tokens: Dashboard = {
  uid: 'carillon-tokens',
  title: 'Carillon: tokens',
  description: 'Who can be reached: installations and their push tokens, how they come, and how they go.',
  variables: [appOfInstallations, providerOfInstallations],
  rows: [
    {
      title: 'Who can be reached',
      panels: [
        {
          kind: 'figure', title: 'Installations with a token', width: 6, unit: 'short',
          description: 'Counted again every half minute.',
          expr: `sum(max by (app, provider) (carillon_installations${chosen([app, provider], 'token="yes"')}))`,
        },
        {
          kind: 'figure', title: 'Without', width: 6, unit: 'short',
          description: 'Registered, but no push can reach them: no token yet, or it was purged.',
          expr: `sum(max by (app, provider) (carillon_installations${chosen([app, provider], 'token="no"')}))`,
        },
        {
          kind: 'figure', title: 'Tokens purged', width: 6, unit: 'short',
          description: 'In the time shown, because their provider called them dead.',
          expr: `sum(increase(carillon_tokens_removed_total${both}[$__range]))`,
        },
        {
          kind: 'figure', title: 'Purges held', width: 6, unit: 'none', alarmAt: 1,
          description: 'More tokens of a send were called dead than is plausible; held until a later send shows that the cause is gone; alert PurgeHeld.',
          expr: `sum(max by (provider) (carillon_purges_held${ofProvider}))`,
        },
        {
          kind: 'curves', title: 'Installations', width: 24, unit: 'short', stacked: true,
          description: 'By provider, with and without a push token.',
          queries: [
            { expr: `sum by (provider, token) (max by (app, provider, token) (carillon_installations${both}))`, legend: '{{provider}}, token: {{token}}' },
          ],
        },
      ],
    },
    {
      title: 'How they come',
      panels: [
        {
          kind: 'curves', title: 'Registrations', width: 12, unit: 'reqps', stacked: true,
          description: 'App starts: new installations and known ones.',
          queries: [{ expr: `sum by (kind) (rate(carillon_registrations_total${chosen([app])}[$__rate_interval]))`, legend: '{{kind}}' }],
        },
        {
          kind: 'curves', title: 'Calls of apps and SDKs, by status', width: 12, unit: 'reqps',
          description: 'Registration, sessions, users and receipts. A rise of 4xx is a new app version with a mistake, or somebody who tries keys.',
          queries: [
            {
              expr: 'sum by (status) (rate(carillon_http_requests_total{route=~".*/(installations|users|receipts).*"}[$__rate_interval]))',
              legend: '{{status}}',
            },
          ],
        },
      ],
    },
    {
      title: 'How they go',
      panels: [
        {
          kind: 'curves', title: 'Tokens purged, by reason', width: 8, unit: 'reqps', stacked: true,
          description: 'The provider’s own word for why.',
          queries: [
            { expr: `sum by (provider, reason) (rate(carillon_tokens_removed_total${both}[$__rate_interval]))`, legend: '{{provider}} {{reason}}' },
          ],
        },
        {
          kind: 'curves', title: 'Share of answers that call a token dead', width: 8, unit: 'percentunit',
          description: 'Some percent is how the world is; a jump is a wrong environment, project or key; alert TokenInvalidHigh.',
          queries: [
            {
              expr: `sum by (app, provider) (rate(carillon_messages_total${chosen([app, provider], 'outcome="token_invalid"')}[$__rate_interval])) / sum by (app, provider) (rate(carillon_messages_total${chosen([app, provider], 'outcome!="skipped"')}[$__rate_interval]))`,
              legend: '{{app}} {{provider}}',
            },
          ],
        },
        {
          kind: 'curves', title: 'Purges that wait, and that are held', width: 8, unit: 'none',
          description: 'A purge waits for 200 answers of its send, or for its end; it is held where too many tokens look dead.',
          queries: [
            { expr: `max by (provider) (carillon_purges_pending${ofProvider})`, legend: '{{provider}} not yet' },
            { expr: `max by (provider) (carillon_purges_held${ofProvider})`, legend: '{{provider}} held' },
          ],
        },
      ],
    },
  ],
}; // prettier-ignore
