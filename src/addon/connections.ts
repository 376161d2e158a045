// Connections on their way from a primary of node:cluster to its workers.

/** Gets each connection with the number of its server. */
type OnConnection = (index: number, fd: number) => void;

export interface Acceptor {
  /** From now on, connections go to this queue too, where they have the number `index`. */
  add(queue: ConnectionQueue, index: number): void;
  remove(queue: ConnectionQueue): void;
  /** Takes over a connection, and treats it as a new one. @throws an errno error */
  give(fd: number): void;
  close(): void;
}

/** The primary's part of a worker's queue. */
export interface ConnectionQueue {
  /** A duplicate of the worker's end. @throws an errno error */
  workerEnd(): number;
  /** Takes back what the worker has not read: the number of a server, a descriptor, and so on. */
  drain(): number[];
  close(): void;
}

/** A worker's part. */
export interface ConnectionTaker {
  setReading(on: boolean): void;
  /** The caller keeps the descriptor. @throws an errno error */
  giveBack(index: number, fd: number): void;
  close(): void;
}

export interface ConnectionAddon {
  /**
   * Accepts connections of a listening socket, on the event loop, and passes them to the queues in turn. `onConnections` gets
   * those that no queue takes. @throws an errno error; ENOSYS on Windows
   */
  Acceptor: new (fd: number, onConnections: (fds: number[]) => void) => Acceptor;
  /** `onReturned` gets what the worker has given back. @throws an errno error; ENOSYS on other systems than Linux */
  ConnectionQueue: new (onReturned: OnConnection) => ConnectionQueue;
  /** On a duplicate of `fd`. It stops reading, and passes on -1, if no descriptor is left. @throws an errno error */
  ConnectionTaker: new (fd: number, onConnection: OnConnection) => ConnectionTaker;
}
