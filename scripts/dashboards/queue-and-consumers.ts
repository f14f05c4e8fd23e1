import { quantile, type Dashboard } from './grafana.ts';

export const queueAndConsumers: Dashboard = {
  uid: 'carillon-queue',
  title: 'Carillon: queue and consumers',
  description: 'What flows between the services, what is behind, what could not be handled, and how the processes are.',
  variables: [],
  rows: [
    {
      title: 'Behind',
      panels: [
        {
          kind: 'figure', title: 'Oldest unhandled event', width: 6, unit: 's', warnAt: 10, alarmAt: 60,
          description: 'Of all consumer groups; alert QueueLag.',
          expr: 'max(carillon_queue_lag_seconds)',
        },
        {
          kind: 'figure', title: 'Dead letters', width: 6, unit: 'none', warnAt: 1,
          description: 'Events that could not be handled and wait for a person; alert DeadLetters.',
          expr: 'sum(max by (topic, reason) (carillon_dead_letters)) or vector(0)',
        },
        {
          kind: 'figure', title: 'Untold changes', width: 6, unit: 'none', warnAt: 100,
          description: 'Documents whose events have not left for the queue; always 0 embedded; alert OutboxStalled.',
          expr: 'max(carillon_outbox_unpublished)',
        },
        {
          kind: 'figure', title: 'Dependencies down', width: 6, unit: 'none', alarmAt: 1,
          description: 'Seen by any process; alert DependencyDown.',
          expr: 'count(carillon_dependency_up == 0) or vector(0)',
        },
        {
          kind: 'curves', title: 'Consumers', width: 8, unit: 'none',
          description: 'Members of each group, in all processes; alert ConsumersGone where nobody is left.',
          queries: [{ expr: 'max by (group, topic) (carillon_consumers)', legend: '{{group}}' }],
        },
        {
          kind: 'curves', title: 'Events not yet handled', width: 8, unit: 'short',
          description: 'By consumer group. Bulk dispatch is allowed to be behind during a broadcast, transactional dispatch is not.',
          queries: [{ expr: 'max by (group, topic) (carillon_queue_lag_messages)', legend: '{{group}}' }],
        },
        {
          kind: 'curves', title: 'Age of the oldest of them', width: 8, unit: 's',
          description: 'How late a group is.',
          queries: [{ expr: 'max by (group, topic) (carillon_queue_lag_seconds)', legend: '{{group}}' }],
        },
      ],
    },
    {
      title: 'Trouble',
      panels: [
        {
          kind: 'curves', title: 'Dead letters, by topic and reason', width: 8, unit: 'none', stacked: true,
          description: 'They wait until they are replayed or deleted.',
          queries: [{ expr: 'max by (topic, reason) (carillon_dead_letters) or vector(0)', legend: '{{topic}} {{reason}}' }],
        },
        {
          kind: 'curves', title: 'Oldest change that was not told', width: 8, unit: 's',
          description: 'For how long a document has had events to tell.',
          queries: [{ expr: 'max(carillon_outbox_oldest_seconds)', legend: 'oldest' }],
        },
        {
          kind: 'curves', title: 'Dependencies', width: 8, unit: 'bool_yes_no',
          description: '1 while every process that needs it can use it.',
          queries: [{ expr: 'min by (dependency) (carillon_dependency_up)', legend: '{{dependency}}' }],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          kind: 'curves', title: 'CPU', width: 8, unit: 'none',
          description: 'Cores in use, by process.',
          queries: [{ expr: 'sum by (job, instance) (rate(process_cpu_seconds_total[$__rate_interval]))', legend: '{{job}} {{instance}}' }],
        },
        {
          kind: 'curves', title: 'Memory', width: 8, unit: 'bytes',
          description: 'Resident. It does not grow with the audience, the queue or uptime.',
          queries: [{ expr: 'max by (job, instance) (process_resident_memory_bytes{job=~".*carillon.*"})', legend: '{{job}} {{instance}}' }],
        },
        {
          kind: 'curves', title: 'Delay of the event loop', width: 8, unit: 's',
          description: 'p99; long delays make everything in that process late.',
          queries: [{ expr: 'max by (job, instance) (nodejs_eventloop_lag_p99_seconds)', legend: '{{job}} {{instance}}' }],
        },
        {
          kind: 'curves', title: 'HTTP, by status', width: 8, unit: 'reqps',
          description: 'All calls.',
          queries: [{ expr: 'sum by (status) (rate(carillon_http_requests_total[$__rate_interval]))', legend: '{{status}}' }],
        },
        {
          kind: 'curves', title: 'Slowest calls', width: 8, unit: 's', exemplars: true,
          description: 'p99 of the ten slowest routes.',
          queries: [{ expr: `topk(10, ${quantile(0.99, 'carillon_http_request_seconds', ['route'])})`, legend: '{{route}}' }],
        },
        {
          kind: 'listing', title: 'Versions', width: 8, unit: 'none',
          description: 'How many processes run which version.',
          expr: 'count by (version, node) (carillon_build_info)',
        },
      ],
    },
  ],
}; // prettier-ignore
