// How requests travel.

/** What is sent with a message. The callback waits for the receiver to take the handles. */
export interface Carried {
  readonly handles: readonly unknown[];
  readonly onHandles: (error: Error | null) => void;
}

export interface RequestWire {
  /** Sends a request. They are numbered from 1 in order. @throws what send() throws; ERR_FORKWIRE_WIRE */
  request(message: unknown, carried: Carried | undefined): void;
  /** Sends a response, unless nothing waits for it: false. @throws what serializing the value throws */
  respond(id: number, value: unknown, carried: Carried | undefined): boolean;
  /** What the other end gets of a value that is part of a failure. Never throws; undefined if there is nothing to send. */
  carried(value: unknown): unknown;
  /** Sends a response that is a failure: what `describe()` returns. */
  fail(id: number, failure: unknown): void;
  /** Ends a request without a response: one of `End`. */
  end(id: number, reason: number): void;
  /** What becomes of the peer's requests: one of `Mode`. */
  setMode(mode: number): void;
}
