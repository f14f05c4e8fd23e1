/** The other end broke the protocol: the connection ends with this code in its GOAWAY (RFC 9113 section 5.4.1). */
export class ConnectionError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}
