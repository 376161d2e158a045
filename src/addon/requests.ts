// The part of the addon that is about requests.

/** What `onCall` of the channel's events is called with. */
export const Role = { request: 0, response: 1, failure: 2 } as const;

/** How a request ends without a response. The first one is sent by the requester, the others by the responder. */
export const End = {
  cancelled: 0,
  noHandler: 1,
  cancelledAsAsked: 2,
  closing: 3,
  unreadable: 4,
  lost: 256,
} as const;

/** What becomes of the peer's requests. `hold`: they wait until messages are delivered. */
export const Mode = { hold: 0, deliver: 1, declineNoHandler: 2, declineClosing: 3 } as const;

/** The functions for requests. Those that send return a status. */
export interface RequestFunctions {
  sendRequest(text: string): number;
  /** As `sendLifted`. */
  sendRequestLifted(text: string, strings: readonly string[]): number;
  sendRequestParts(parts: Uint8Array[]): number;
  sendResponse(text: string, id: number, failed: boolean): number;
  /** As `sendLifted`. */
  sendResponseLifted(text: string, strings: readonly string[], id: number): number;
  sendResponseParts(parts: Uint8Array[], id: number, failed: boolean): number;
  /** One of {@link End}. */
  endRequest(id: number, reason: number): number;
  /** One of {@link Mode}. */
  setRequests(mode: number): number;
}
