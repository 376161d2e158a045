// The end of a port's channel.
import { hold } from '../channel/control.js';
import { Endpoint } from '../channel/endpoint.js';

export class PortEndpoint extends Endpoint {
  /** False: the other end is a port of this process that nobody reads, so there is nothing to wait for. */
  awaitsPeer: () => boolean = always;

  override updateHold(): void {
    if (this.awaitsPeer()) super.updateHold();
    else hold(this.control, false);
  }
}

function always(): boolean {
  return true;
}
