import { Agent } from 'node:https';
import { connect } from 'node:tls';

/** An agent whose connections to any host go to the simulator: Google's libraries have no option for another host, but take an agent. */
export function simulatedGoogle({ host, port, ca }) {
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = () => connect({ host, port, ca });
  return agent;
}
