// The ports of one channel: those with names, and how many the other process may have open.
import type { ReceivedHandle } from '../addon/native.js';
import type { Endpoint } from '../channel/endpoint.js';
import { sendWith } from '../channel/send-handles.js';
import type { Settings } from '../channel/settings.js';
import { wireLacks } from '../channel/wire-lacks.js';
import { HandleKind } from '../addon/native.js';
import { channelClosed, invalidArgument } from '../errors.js';
import { tooManyPorts } from './errors.js';
import { PACK } from '../handles/packed.js';
import { NumberParseInt, SafeMap, SafeWeakMap } from '../platform/primordials.js';
import { End } from './end.js';
import { MessagePort, makePort } from './message-port.js';
import { Names } from './names.js';
import { receiveEnds } from './transfer.js';

/** Ports that came through one channel and may be open here at a time. */
export const LIMIT = 1024;

/** Characters of a name. */
const LONGEST = 255;

/** The message with which an offer travels. Its handle's note says which port it is. */
const OFFER = 'NODE_FORKWIRE_PORT';

const OFFERED = /^(\d{1,15}):([^]{1,255})$/;

export class Registry {
  readonly #endpoint: Endpoint;
  readonly #names = new Names<End>();
  readonly #open = new SafeMap<string, MessagePort>();
  /** Ports and offers of the other process. */
  #received = 0;
  /** The channel has closed, so nobody can ask for a name any more. */
  #ended = false;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    const former = endpoint.onEnded;
    endpoint.onEnded = () => {
      former?.call(endpoint);
      this.#onEnded();
    };
  }

  /** Those of the channel, but ports carry structured clones. `named`: the other end is in the process at that of the channel. */
  #settingsOf(named: boolean): Settings {
    const { settings, native } = this.#endpoint;
    const beside = named ? native : null;
    return { ...settings, serialization: 'advanced', wire: 'native', state: undefined, beside };
  }

  /** @throws ERR_INVALID_ARG_TYPE, ERR_FORKWIRE_WIRE, ERR_IPC_CHANNEL_CLOSED; EMFILE, ENFILE */
  port(name: unknown): MessagePort {
    checkName(name);
    if (this.#endpoint.nodeWire) throw wireLacks('channel.port()');
    const known = this.#open.get(name);
    if (known !== undefined && MessagePort.isOpen(known)) return known;
    if (!this.#endpoint.connected) throw channelClosed();
    if (known !== undefined) this.#forget(name, known);
    return this.#create(name);
  }

  #create(name: string): MessagePort {
    const pair = this.#names.isWaiting(name) ? undefined : End.pair();
    const { number, end } = this.#names.open(name);
    const [ours, theirs] = pair ?? [end as End];
    const made = theirs !== undefined;
    const port: MessagePort = makePort({
      ends: [ours],
      settings: this.#settingsOf(true),
      name,
      made,
      onGone: () => {
        this.#forget(name, port);
        if (!made) this.#received -= 1;
      },
    });
    this.#open.set(name, port);
    // Whoever offers has said hello, so that the other side knows when its own pair is the port's only one.
    MessagePort.lanesOf(port);
    if (theirs !== undefined) this.#offer(name, number, theirs, port);
    return port;
  }

  #forget(name: string, port: MessagePort): void {
    if (this.#open.get(name) !== port) return;
    this.#open.delete(name);
    this.#names.close(name);
  }

  #offer(name: string, number: number, end: End, port: MessagePort): void {
    const { fd } = end.take();
    const handle = {
      [PACK]: () => ({
        outgoing: { kind: HandleKind.port, fd, note: `${number}:${name}` },
        owned: true,
      }),
    };
    this.#endpoint.beginSend();
    try {
      sendWith(this.#endpoint, { cmd: OFFER }, handle, false, (error) => {
        if (error !== null) MessagePort.lanesOf(port)?.expectNothing();
      });
    } finally {
      this.#endpoint.endSend();
    }
  }

  /** What came as a port. Undefined for an offer, which is not for the listener of this message. */
  adopt(handle: ReceivedHandle, buffered: string | undefined): MessagePort | undefined {
    const ends = receiveEnds(handle, buffered);
    const [, number, name] = OFFERED.exec(handle.note) ?? [];
    try {
      if (this.#received >= LIMIT) throw tooManyPorts(LIMIT);
      if (name !== undefined) {
        this.#onOffer(name, NumberParseInt(number as string, 10), ends);
        return undefined;
      }
      const onGone = (): void => void (this.#received -= 1);
      const port = makePort({ ends, settings: this.#settingsOf(false), onGone });
      // A state may be wrong, which is to be found out here.
      if (ends.some(({ state }) => state !== undefined)) MessagePort.lanesOf(port);
      this.#received += 1;
      return port;
    } catch (error) {
      if (name !== undefined && ends.length === 1) this.#turnAway(ends[0] as End);
      for (const end of ends) end.close();
      throw error;
    }
  }

  #onOffer(name: string, number: number, [end, ...more]: readonly End[]): void {
    const what = more.length > 0 || end === undefined ? 'wrong' : this.#names.offer(name, number, end);
    if (what === 'wrong') throw new Error(`the offer ${number} of the port ${name} is out of order`);
    if (what === 'waits') {
      this.#received += 1;
      if (this.#ended) this.#closeOffers();
    } else if (this.#names.isOpen(name, number)) this.#onCrossed(name, end as End);
    else if (this.#endpoint.forked) end?.close();
    else this.#turnAway(end as End);
  }

  /** Both sides have made a pair: that of the parent is kept. */
  #onCrossed(name: string, end: End): void {
    const port = this.#open.get(name);
    const lanes = port && MessagePort.lanesOf(port);
    if (this.#endpoint.forked) lanes?.readFirst(end);
    else lanes?.replaceWith(end);
  }

  /** An end of a port that is not open here: its other end reads a hello, and after that the end. */
  #turnAway(end: End): void {
    const port = makePort({ ends: [end], settings: this.#settingsOf(true) });
    MessagePort.lanesOf(port)?.main.sayCrossed();
    port.close();
  }

  #closeOffers(): void {
    for (const end of this.#names.takeAll()) {
      end.close();
      this.#received -= 1;
    }
  }

  #onEnded(): void {
    this.#ended = true;
    this.#closeOffers();
    this.#open.forEach((port) => MessagePort.lanesOf(port)?.expectNothing());
  }
}

const registries = new SafeWeakMap<Endpoint, Registry>();

export function registryOf(endpoint: Endpoint): Registry {
  let registry = registries.get(endpoint);
  if (registry === undefined) registries.set(endpoint, (registry = new Registry(endpoint)));
  return registry;
}

function checkName(name: unknown): asserts name is string {
  if (typeof name === 'string' && name.length > 0 && name.length <= LONGEST) return;
  throw invalidArgument('name', `a string of 1 to ${LONGEST} characters`, name);
}
