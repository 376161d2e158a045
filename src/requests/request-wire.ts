// How requests travel.

/** What is sent with a message. The callback waits for the receiver to take the handles. */
export interface Carried {
  readonly handles: readonly unknown[];
  readonly onHandles: (error: Error | null) => void;
}

/** What requests need from one end of a channel: of an Endpoint, or of a process whose channel is Node's own. */
export interface RequestEnd {
  readonly connected: boolean;
  /** Whether the channel ended without a disconnect() of this end. */
  readonly peerEnded: boolean;
  /** Whether this is the parent's end. */
  readonly forked: boolean;
  readonly control: { refCounted(): void; unrefCounted(): void };
  /** Counts the messages that the channel has accepted. */
  readonly outbox: { readonly sent: number };
  beginSend(): void;
  endSend(): void;
  /** What is under way has changed: whether it keeps the event loop running. */
  updateHold(): void;
}

/** Whether the other end has requests. Undefined: it may say so yet. */
export type Announced = boolean | undefined;

/** How the peer's requests are answered. */
export interface ResponseWire {
  /** Sends a response, unless nothing waits for it: false. @throws what serializing the value throws */
  respond(id: number, value: unknown, carried: Carried | undefined): boolean;
  /** What the other end gets of a value that is part of a failure. Never throws; undefined if there is nothing to send. */
  carried(value: unknown): unknown;
  /** Sends a response that is a failure: what `describe()` returns. */
  fail(id: number, failure: unknown): void;
  /** Ends a request without a response: one of `End`. */
  end(id: number, reason: number): void;
}

export interface RequestWire extends ResponseWire {
  readonly announced: Announced;
  /** Encodes a request. Sends it when the result is called. @throws as `request()` */
  prepare(message: unknown, carried: Carried | undefined): () => void;
  /** Sends a request. They are numbered from 1 in order. @throws what send() throws; ERR_FORKWIRE_WIRE */
  request(message: unknown, carried: Carried | undefined): void;
  /** What becomes of the peer's requests: one of `Mode`. */
  setMode(mode: number): void;
}
