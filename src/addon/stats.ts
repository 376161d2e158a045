/** What a channel counts. All but handles and requests are bytes. */
export interface NativeStats {
  bytesSent: number;
  bytesReceived: number;
  backlog: number;
  held: number;
  heldHandles: number;
  /** Requests of this end that await an answer. */
  awaited: number;
  /** Requests of the peer that are not answered. */
  serving: number;
}
