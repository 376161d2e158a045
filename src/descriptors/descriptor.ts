// The class Descriptor.
import { HandleKind, native } from '../addon/native.js';
import type { Description } from '../addon/native.js';
import { checkReceivers } from '../channel/receivers.js';
import { wireLacks } from '../channel/wire-lacks.js';
import type {
  Descriptor as PublicDescriptor,
  DescriptorReadOptions,
  DescriptorType,
  DescriptorWriteOptions,
} from '../descriptor-types.js';
import { invalidArgument, outOfRange } from '../errors.js';
import { PACK } from '../handles/packed.js';
import type { Moved, Packed, PackOptions } from '../handles/packed.js';
import { BufferFrom, NumberIsInteger } from '../platform/primordials.js';
import { duplicateIn } from './inside.js';
import { descriptorClosed } from './descriptor-errors.js';
import { nodeKindOf } from './node-kinds.js';
import { closeOwn, forget, watch } from './collection.js';
import { defineSymbols } from './descriptor-symbols.js';
import { readStreamOptions } from './stream-options.js';
import { datagramSocketOf, readFrom, serverOf, socketOf, writeTo } from './streams.js';
import type { Given } from './streams.js';
import { checkServer, checkUse } from './uses.js';
import type { Use } from './uses.js';
import type { Readable, Writable } from 'node:stream';
import type Dgram = require('node:dgram');
import type Net = require('node:net');

/** What only this folder passes to the constructor: the number becomes the object's own. */
export const OWN: unique symbol = Symbol('own');

/** What has become of a descriptor that is not open, after "The descriptor". */
const CLOSED = 'is closed';
const SENT =
  'was sent to another process, which has it now. To keep it here too, send it with the option keepOpen';

/** The largest number of a descriptor. */
const MOST = 2 ** 31 - 1;

export class Descriptor implements PublicDescriptor {
  #fd: number;
  /** Why it is not open. */
  #state: string | undefined;
  /** What was read from it before, one character per byte. */
  #buffered: string;
  #what: Description | undefined;

  static {
    defineSymbols(this.prototype);
    checkReceivers(this.prototype, 'Descriptor', (thing) => #fd in thing);
  }

  constructor(source: number | object, own?: symbol, buffered = '') {
    this.#fd = own === OWN ? (source as number) : duplicateOf(source);
    this.#buffered = own === OWN ? buffered : '';
    watch(this, this.#fd);
  }

  get fd(): number {
    if (this.#state !== undefined) throw descriptorClosed(this.#state);
    return this.#fd;
  }

  get type(): DescriptorType {
    return this.#describe().type as DescriptorType;
  }

  get closed(): boolean {
    return this.#state !== undefined;
  }

  duplicate(): Descriptor {
    return ownerOf(native().duplicateFd(this.fd), this.#buffered);
  }

  createReadStream(options?: DescriptorReadOptions): Readable {
    const checked = readStreamOptions(options);
    return readFrom(this.#give('createReadStream'), checked);
  }

  createWriteStream(options?: DescriptorWriteOptions): Writable {
    const checked = readStreamOptions(options);
    return writeTo(this.#give('createWriteStream'), checked);
  }

  toSocket(): Net.Socket {
    return socketOf(this.#give('toSocket'));
  }

  toDatagramSocket(): Dgram.Socket {
    return datagramSocketOf(this.#give('toDatagramSocket'));
  }

  toServer<S extends Net.Server = Net.Server>(server?: S): S {
    checkServer(server);
    return serverOf(this.#give('toServer'), server) as S;
  }

  close(): void {
    if (this.#state === undefined) this.#close(CLOSED);
    // A refusal would give it back to somebody who does not want it any more.
    else this.#state = CLOSED;
  }

  declare [Symbol.dispose]: () => void;

  [PACK]({ keepOpen, carriesBuffered, nodeWire }: PackOptions): Packed {
    const { fd } = this;
    const kind = nodeWire ? nodeKindOf(this.#describe()) : HandleKind.descriptor;
    const early = this.#buffered !== '';
    if (kind === undefined) throw wireLacks('A descriptor that is not a socket');
    if (early && !carriesBuffered) throw wireLacks('What was read from a descriptor and travels with it');
    return {
      outgoing: { kind, fd, note: '' },
      buffered: early ? BufferFrom(this.#buffered, 'latin1') : undefined,
      take: () => (keepOpen || this.closed ? undefined : this.#move()),
    };
  }

  /** @throws ERR_FORKWIRE_DESCRIPTOR_CLOSED */
  #describe(): Description {
    const { fd } = this;
    return (this.#what ??= native().describeFd(fd));
  }

  /** @throws ERR_FORKWIRE_DESCRIPTOR_TYPE */
  #give(use: Use): Given {
    const what = this.#describe();
    checkUse(use, this.#fd, what);
    forget(this);
    this.#state = `was given to ${use}(). To keep it too, call duplicate() first`;
    return { fd: this.#fd, what, buffered: this.#buffered };
  }

  #move(): Moved {
    this.#state = SENT;
    return {
      release: () => this.#close(this.#state ?? SENT),
      restore: () => {
        if (this.#state === SENT) this.#state = undefined;
        else this.#close(CLOSED);
      },
    };
  }

  #close(state: string): void {
    this.#state = state;
    forget(this);
    closeOwn(this.#fd);
  }
}

/** Takes over `fd`. @param buffered what was read from it before, one character per byte */
export function ownerOf(fd: number, buffered?: string): Descriptor {
  return new Descriptor(fd, OWN, buffered);
}

/** @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_HANDLE_TYPE, ERR_OUT_OF_RANGE, an errno error */
function duplicateOf(source: unknown): number {
  if (typeof source === 'object' && source !== null) return duplicateIn(source);
  if (typeof source !== 'number') throw invalidArgument('source', 'of type number or object', source);
  const fd = source;
  if (!NumberIsInteger(fd) || fd < 0 || fd > MOST)
    throw outOfRange('source', `an integer >= 0 && <= ${MOST}`, fd);
  return native().duplicateFd(fd);
}
