import { app, chosen, quantiles, type Dashboard } from './grafana.ts';

const ofApp = chosen([app]);
const sending = '{method="POST", route=~".*/(sends|launch|events)"}';

export const campaignFlow: Dashboard = {
  uid: 'carillon-campaign-flow',
  title: 'Carillon: campaign flow',
  description: 'From the request for a send to the provider’s answer: how much, how fast, and what did not go out and why.',
  variables: [app],
  rows: [
    {
      title: 'Now',
      panels: [
        {
          kind: 'figure', title: 'Open sends', width: 4, unit: 'none',
          description: 'Sends that are not over, paused ones included.',
          expr: `sum(max by (app, state) (carillon_sends${ofApp})) or vector(0)`,
        },
        {
          kind: 'figure', title: 'Longest standstill', width: 4, unit: 's', warnAt: 120, alarmAt: 600,
          description: 'Time since the slowest open send last moved; alert SendStalled.',
          expr: `max(carillon_send_stalled_seconds${ofApp}) or vector(0)`,
        },
        {
          kind: 'figure', title: 'Accepted', width: 4, unit: 'short',
          description: 'Messages that providers took in the time shown. Accepted is the provider’s word; it does not mean that a device has shown it.',
          expr: `sum(increase(carillon_messages_total${chosen([app], 'outcome=~"accepted|token_moved"')}[$__range]))`,
        },
        {
          kind: 'figure', title: 'Failed', width: 4, unit: 'short',
          description: 'Answers that ended, or will end, without success in the time shown, repeats included.',
          expr: `sum(increase(carillon_messages_total${chosen([app], 'outcome!~"accepted|token_moved|skipped"')}[$__range]))`,
        },
        {
          kind: 'figure', title: 'Suppressed', width: 4, unit: 'short',
          description: 'Targeted messages of sends that ended in the time shown which were not sent on purpose.',
          expr: `sum(increase(carillon_messages_suppressed_total${ofApp}[$__range]))`,
        },
        {
          kind: 'figure', title: 'Possible duplicates', width: 4, unit: 'short', warnAt: 1, alarmAt: 50,
          description: 'Messages whose result was unknown in the time shown: they may have rung twice; alert Duplicates.',
          expr: `sum(increase(carillon_possible_duplicates_total${ofApp}[$__range])) or vector(0)`,
        },
      ],
    },
    {
      title: 'Messages',
      panels: [
        {
          kind: 'curves', title: 'Messages answered, by outcome', width: 12, unit: 'reqps', stacked: true,
          description: 'One line an outcome; docs/reliability.md says what each means.',
          queries: [{ expr: `sum by (outcome) (rate(carillon_messages_total${ofApp}[$__rate_interval]))`, legend: '{{outcome}}' }],
        },
        {
          kind: 'curves', title: 'Not sent, by reason', width: 12, unit: 'reqps', stacked: true,
          description: 'Counted when a send ends: unsubscribed, no token, another owner, and so on.',
          queries: [{ expr: `sum by (reason) (rate(carillon_messages_suppressed_total${ofApp}[$__rate_interval]))`, legend: '{{reason}}' }],
        },
        {
          kind: 'curves', title: 'From the request to the provider’s answer', width: 12, unit: 's', exemplars: true,
          description: 'Time from the call to the answer for a batch. The transactional lane is the one that a person waits for; alert TransactionalSlow.',
          queries: quantiles([0.5, 0.99], 'carillon_message_seconds', 'lane', ofApp),
        },
        {
          kind: 'curves', title: 'Open sends, by state', width: 12, unit: 'none', stacked: true,
          description: 'Planning, sending, paused, scheduled.',
          queries: [{ expr: `sum by (state) (max by (app, state) (carillon_sends${ofApp})) or vector(0)`, legend: '{{state}}' }],
        },
      ],
    },
    {
      title: 'Calls',
      panels: [
        {
          kind: 'curves', title: 'Calls that send', width: 12, unit: 'reqps',
          description: 'Requests for sends and campaign launches, by status.',
          queries: [
            {
              expr: `sum by (route, status) (rate(carillon_http_requests_total${sending}[$__rate_interval]))`,
              legend: '{{route}} {{status}}',
            },
          ],
        },
        {
          kind: 'curves', title: 'Their time to answer', width: 12, unit: 's', exemplars: true,
          description: 'Up to 500 named targets are planned inside the call, and `Prefer: wait` holds it until the send ends.',
          queries: quantiles([0.99], 'carillon_http_request_seconds', 'route', sending),
        },
      ],
    },
  ],
}; // prettier-ignore
