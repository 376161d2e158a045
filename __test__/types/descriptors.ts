import type dgram from 'node:dgram';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { Descriptor, fork, inheritedServers } from 'forkwire';
import type {
  DescriptorConstructor,
  DescriptorReadOptions,
  DescriptorType,
  DescriptorWriteOptions,
  InheritedServer,
} from 'forkwire';
import { hasType } from './claims.js';

export async function descriptors(): Promise<void> {
  for (const source of [1, process.stdout, process.stdin, fs.createReadStream('file'), new net.Socket()]) {
    using descriptor = new Descriptor(source);
    hasType<Descriptor>()(descriptor.duplicate());
  }
  const descriptor = new Descriptor(await fs.promises.open('file'));
  hasType<number>()(descriptor.fd);
  hasType<DescriptorType>()(descriptor.type);
  hasType<boolean>()(descriptor.closed);
  const reading: DescriptorReadOptions = { encoding: 'utf8', start: 1, end: 2, highWaterMark: 3 };
  hasType<Readable>()(descriptor.createReadStream(reading));
  const writing: DescriptorWriteOptions = { start: 1, highWaterMark: 3 };
  hasType<Writable>()(descriptor.createWriteStream(writing));
  hasType<net.Socket>()(descriptor.toSocket());
  hasType<dgram.Socket>()(descriptor.toDatagramSocket());
  hasType<net.Server>()(descriptor.toServer());
  hasType<http.Server>()(descriptor.toServer(http.createServer()));
  hasType<void>()(descriptor.close());
  hasType<boolean>()(fork('child.js').send('take them', [descriptor, descriptor], { keepOpen: true }));
  const Class: DescriptorConstructor = Descriptor;
  hasType<Descriptor>()(Class.prototype);
  // @ts-expect-error a path is not open
  void new Descriptor('file');
  // @ts-expect-error the number is the descriptor's
  descriptor.fd = 3;
  // @ts-expect-error it is not a server
  descriptor.toServer(new net.Socket());
}

export function inherited(): void {
  const [first] = inheritedServers();
  hasType<InheritedServer | undefined>()(first);
  if (first === undefined) return;
  const descriptor: Descriptor = first;
  hasType<boolean>()(fork('child.js').send('take it', descriptor));
  hasType<string>()(first.name);
  hasType<net.Server>()(first.listen());
  hasType<http.Server>()(first.listen(http.createServer()));
  hasType<dgram.Socket>()(first.bind());
  // @ts-expect-error the environment says which sockets there are
  inheritedServers('web');
}
