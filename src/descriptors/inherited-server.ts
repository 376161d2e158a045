// A socket that the process was started with.
import { HandleKind, native } from '../addon/native.js';
import { wireLacks } from '../channel/wire-lacks.js';
import type { InheritedServer as PublicServer } from '../descriptor-types.js';
import { PACK } from '../handles/packed.js';
import type { Packed, PackOptions } from '../handles/packed.js';
import { Descriptor, OWN } from './descriptor.js';
import type Dgram = require('node:dgram');
import type Net = require('node:net');

export class InheritedServer extends Descriptor implements PublicServer {
  readonly name: string;

  /** Takes over `fd`. */
  constructor(fd: number, name: string) {
    super(fd, OWN);
    this.name = name;
  }

  listen<S extends Net.Server = Net.Server>(server?: S): S {
    return lending(this, (copy) => copy.toServer(server));
  }

  bind(): Dgram.Socket {
    return lending(this, (copy) => copy.toDatagramSocket());
  }

  override [PACK](options: PackOptions): Packed {
    const { fd } = this;
    const { family, listening } = native().describeFd(fd);
    if (listening) return { outgoing: { kind: HandleKind.netServer, fd, note: '' } };
    if (family === 'udp4' || family === 'udp6') {
      return { outgoing: { kind: HandleKind.dgramSocket, fd, note: family } };
    }
    if (options.nodeWire) throw wireLacks(`What is passed as '${this.name}' and is not a server`);
    return super[PACK]({ ...options, keepOpen: true });
  }
}

/** Makes something of a duplicate, which is closed if that fails. */
function lending<T>(inherited: Descriptor, step: (copy: Descriptor) => T): T {
  const copy = inherited.duplicate();
  try {
    return step(copy);
  } catch (error) {
    copy.close();
    throw error;
  }
}
