import { app, chosen, quantiles, type Dashboard } from './grafana.ts';

export const traces: Dashboard = {
  uid: 'carillon-traces',
  title: 'Carillon: traces',
  description: 'Single sends from the call to the provider’s answer and the purge. The dots on the curves lead to the trace behind a duration.',
  variables: [app],
  rows: [
    {
      title: 'From a duration to its trace',
      panels: [
        {
          kind: 'curves', title: 'From the request to the provider’s answer', width: 12, unit: 's', exemplars: true,
          description: 'A dot is one batch; its trace shows where the time went.',
          queries: quantiles([0.99], 'carillon_message_seconds', 'lane', chosen([app])),
        },
        {
          kind: 'curves', title: 'Time of a batch at the provider', width: 12, unit: 's', exemplars: true,
          description: 'A dot is one round of one batch.',
          queries: quantiles([0.99], 'carillon_provider_request_seconds', 'provider', chosen([app])),
        },
      ],
    },
    {
      title: 'Traces',
      panels: [
        {
          kind: 'traces', title: 'Sends', width: 24,
          description: 'Calls that made a send.',
          traceql: '{ name = "POST /v1/apps/:app/sends" }',
        },
        {
          kind: 'traces', title: 'Slow batches', width: 12,
          description: 'Longer than two seconds at the dispatcher.',
          traceql: '{ name = "dispatch batch" && duration > 2s }',
        },
        {
          kind: 'traces', title: 'What failed', width: 12,
          description: 'Calls that answered 5xx, and events whose handler threw; `error.type` says what.',
          traceql: '{ status = error }',
        },
        {
          kind: 'traces', title: 'Rounds with throttling or an absent provider', width: 12,
          description: 'What a provider answered when it did not want more.',
          traceql: '{ kind = client && (span.carillon.answers.throttled > 0 || span.carillon.answers.provider_down > 0) }',
        },
        {
          kind: 'traces', title: 'Purges', width: 12,
          description: 'Tokens that a provider called dead, and the send by which that was found.',
          traceql: '{ name = "purge tokens" && span.carillon.purged > 0 }',
        },
      ],
    },
  ],
}; // prettier-ignore
