/** The channel of `LiveEvents` on which whoever changes a send, or what is counted of it, tells so. */
export function sendChannel(sendId: string): string {
  return `send:${sendId}`;
}
