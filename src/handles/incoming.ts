// Turns descriptors that the addon received into the objects that the listener gets.
import { EventEmitter } from 'node:events';
import { HandleKind, closeReceived } from '../addon/native.js';
import type { Family, ReceivedHandle } from '../addon/native.js';
import { runtime } from '../platform/runtime.js';
import { adoptBoundSocket } from './bound-socket.js';
import { adoptBunDgram, adoptBunSocket, refuseWrap } from './bun.js';
import { adoptDgram } from './dgram.js';
import { adoptServer } from './server.js';
import { adoptSocket } from './socket.js';
import type { SocketLists } from './socket-lists.js';
import { openStream, openUdp } from './wraps.js';
import { ArrayPrototypePush } from '../platform/primordials.js';

export interface AdoptOptions {
  readonly lists: SocketLists;
  /** Makes an object that is neither a socket nor a server. @throws if that fails; the handle is closed then */
  adoptOther(handle: ReceivedHandle, buffered: string | undefined): unknown;
  /** Reports a descriptor that could not be used. It has been closed. */
  onHandleFault(cause: unknown): void;
}

/** Makes objects of the handles of one message, in order, with undefined where that failed. */
export class Arrivals {
  readonly #things: unknown[] = [];
  readonly #options: AdoptOptions;
  readonly #ready: (things: unknown[], handOver: () => void) => void;
  /** How many objects are not ready yet, plus one for begin() itself. */
  #missing = 1;

  /**
   * @param ready gets all of them, in begin() or when the last server listens. It calls `handOver` right before the
   * program gets them
   */
  constructor(options: AdoptOptions, ready: (things: unknown[], handOver: () => void) => void) {
    this.#options = options;
    this.#ready = ready;
  }

  /** @param buffered for each handle, what the sender had read from it */
  begin(handles: readonly ReceivedHandle[], buffered?: readonly string[]): void {
    for (let index = 0; index < handles.length; index++) {
      const handle = handles[index] as ReceivedHandle;
      ArrayPrototypePush(this.#things, undefined);
      try {
        if (handle.kind === HandleKind.netServer) this.#listen(index, handle);
        else this.#place(index, adopt(handle, this.#options, buffered?.[index]));
      } catch (cause) {
        this.#options.onHandleFault(cause);
      }
    }
    this.#done();
  }

  #listen(index: number, { family, fd }: ReceivedHandle): void {
    adoptServer(checked(family, STREAMS, fd), fd, (error, server) => {
      if (error === undefined) this.#place(index, server);
      else this.#options.onHandleFault(error);
      this.#done();
    });
    this.#missing += 1;
  }

  #place(index: number, thing: unknown): void {
    this.#things[index] = thing;
    if (thing instanceof EventEmitter) thing.on('error', this.#onError);
  }

  /** An 'error' of an object that the program does not have yet, and cannot listen to, is a fault of the handle. */
  readonly #onError = (error: unknown): void => this.#options.onHandleFault(error);

  #done(): void {
    this.#missing -= 1;
    if (this.#missing === 0) this.#ready(this.#things, () => this.#handOver());
  }

  #handOver(): void {
    for (const thing of this.#things) {
      if (thing instanceof EventEmitter) thing.off('error', this.#onError);
    }
  }
}

/** Whether an object can be made of a handle without waiting for anything. */
export const isReadyAtOnce = ({ kind }: ReceivedHandle): boolean => kind !== HandleKind.netServer;

/** Makes an object that the program gets at once; undefined where that failed. */
export function adoptOne(handle: ReceivedHandle, options: AdoptOptions): unknown {
  try {
    return adopt(handle, options, undefined);
  } catch (cause) {
    options.onHandleFault(cause);
    return undefined;
  }
}

const STREAMS: readonly Family[] = ['tcp', 'pipe'];
const DATAGRAMS: readonly Family[] = ['udp4', 'udp6'];

/** On Node's wire the peer says what a handle is. @throws if that is wrong; the handle is closed then */
function checked(family: string, families: readonly Family[], fd: number): Family {
  for (const known of families) if (family === known) return known;
  closeReceived({ family, fd });
  throw new Error(`it is a ${family} socket, which its kind cannot be`);
}

function adopt(handle: ReceivedHandle, options: AdoptOptions, buffered: string | undefined): unknown {
  const { kind, fd, note, family: text } = handle;
  if (kind >= HandleKind.port) return options.adoptOther(handle, buffered);
  const isDatagram = kind === HandleKind.dgramSocket || kind === HandleKind.dgramNative;
  const family = checked(text, isDatagram ? DATAGRAMS : STREAMS, fd);
  if (runtime === 'Bun') {
    if (kind === HandleKind.netSocket) return adoptBunSocket(fd, buffered ?? '');
    if (kind === HandleKind.dgramSocket) return adoptBunDgram(family, fd);
    return refuseWrap(fd);
  }
  if (kind === HandleKind.netSocket) return adoptSocket(family, fd, note, options.lists, buffered);
  if (kind === HandleKind.netNative) return openStream(family, fd);
  if (kind === HandleKind.dgramSocket) return adoptDgram(family, fd);
  if (kind === HandleKind.dgramNative) return openUdp(family, fd);
  if (kind === HandleKind.netBoundSocket) return adoptBoundSocket(family, fd);
  closeReceived({ family, fd });
  throw new Error(`the kind ${kind} is unknown here`);
}
