import { campaignFlow } from '../dashboards/campaign-flow.ts';
import { feedback } from '../dashboards/feedback.ts';
import { grafanaJson } from '../dashboards/grafana-json.ts';
import { providers } from '../dashboards/providers.ts';
import { queueAndConsumers } from '../dashboards/queue-and-consumers.ts';
import { tokens } from '../dashboards/tokens.ts';
import { traces } from '../dashboards/traces.ts';
import { prettyJson, type Page } from './document.ts';

const dashboards = [campaignFlow, providers, tokens, feedback, queueAndConsumers, traces];

/** deploy/grafana/dashboards/. */
export async function dashboardsPage(): Promise<Page> {
  const documents = dashboards.map((dashboard) =>
    prettyJson(`deploy/grafana/dashboards/${dashboard.uid.replace('carillon-', '')}.json`, grafanaJson(dashboard)),
  );
  return { documents: await Promise.all(documents), problems: [] };
}
