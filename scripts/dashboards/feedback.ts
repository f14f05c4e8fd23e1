import { app, chosen, type Dashboard, type Variable } from './grafana.ts';

const appOfReceipts: Variable = { ...app, metric: 'carillon_receipts_total' };
const ofApp = chosen([app]);

export const feedback: Dashboard = {
  uid: 'carillon-feedback',
  title: 'Carillon: feedback',
  description: 'What came back, and who was told: receipts of devices, apps that are gone, webhooks, planned times.',
  variables: [appOfReceipts],
  rows: [
    {
      title: 'Receipts',
      panels: [
        {
          kind: 'figure', title: 'Received of accepted', width: 6, unit: 'percentunit',
          description: 'Messages of which a device says that it got them, of those that a provider accepted, in the time shown; alert ReceiptGap.',
          expr: `sum(increase(carillon_receipts_total${chosen([app], 'kind="received"')}[$__range])) / sum(increase(carillon_messages_total${chosen([app], 'outcome=~"accepted|token_moved"')}[$__range])) or vector(0)`,
        },
        {
          kind: 'curves', title: 'Receipts by kind', width: 18, unit: 'reqps', stacked: true,
          description: 'Each message once, however often its device says so.',
          queries: [{ expr: `sum by (kind) (rate(carillon_receipts_total${ofApp}[$__rate_interval]))`, legend: '{{kind}}' }],
        },
      ],
    },
    {
      title: 'Apps that are gone',
      panels: [
        {
          kind: 'curves', title: 'Uninstalled an hour', width: 24, unit: 'short', stacked: true,
          description: 'Devices whose provider says that the app is not there any more, by the next push; alert UninstallSpike.',
          queries: [
            { expr: `sum by (app) (increase(carillon_tokens_removed_total${chosen([app], 'reason=~"(?i)unregistered"')}[1h])) or vector(0)`, legend: '{{app}}' },
          ],
        },
      ],
    },
    {
      title: 'Webhooks and planned times',
      panels: [
        {
          kind: 'curves', title: 'Attempts by result', width: 6, unit: 'reqps', stacked: true,
          description: 'Facts posted to receivers outside; what is refused or unanswered is tried again for three days.',
          queries: [{ expr: `sum by (result) (rate(carillon_webhook_attempts_total${ofApp}[$__rate_interval]))`, legend: '{{result}}' }],
        },
        {
          kind: 'figure', title: 'Webhooks disabled', width: 6, unit: 'none', alarmAt: 1,
          description: 'They have not taken a fact for three days, or said that they are gone; alert WebhookDisabled.',
          expr: `sum(max by (app, reason) (carillon_webhooks_disabled${ofApp}))`,
        },
        {
          kind: 'figure', title: 'Hourly files behind', width: 6, unit: 's', alarmAt: 10_800,
          description: 'For how long the oldest hour is over that is in no file; alert HourlyFilesLate.',
          expr: 'max(carillon_hourly_files_behind_seconds)',
        },
        {
          kind: 'figure', title: 'Planned times without a send', width: 6, unit: 'none', alarmAt: 1,
          description: 'In the time shown, of all apps; alert ScheduleMissed.',
          expr: 'sum(increase(carillon_schedules_missed_total[$__range]))',
        },
      ],
    },
  ],
}; // prettier-ignore
