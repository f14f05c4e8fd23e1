// Live streams of the API. They are fetched, because an `EventSource` carries no key.
import { $, app, call } from './api.js';

const pauseMs = 2000;

/** The data of each event, until the stream ends. Throws where no stream is to be had. */
export async function* eventsOf(path, signal = null) {
  const response = await fetch(path, { headers: { authorization: `Bearer ${$('key').value}` }, signal });
  if (!response.ok) throw new Error(`No live stream: ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let rest = ''; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = (rest + value).split('\n\n');
      rest = events.pop();
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data) yield JSON.parse(data);
      }
    }
  } finally {
    await reader.cancel();
  }
}

/** A send now and whenever it has changed, until it is over; looked at now and then where no stream is to be had. Throws what the problem document says. */
export async function* sendAsItGoes(id, signal) {
  const path = `/v1/apps/${app()}/sends/${id}`;
  const isOver = ({ finishedAt }) => finishedAt !== null;
  while (!signal.aborted) {
    try {
      for await (const send of eventsOf(`${path}/events`, signal)) {
        yield send;
        if (isOver(send)) return;
      }
    } catch {
      // too many streams, or a proxy that lets none through
    }
    if (signal.aborted) return;
    const send = await call('GET', path);
    yield send;
    if (isOver(send)) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
