// Closes the descriptors of objects that were garbage-collected while they were open, as Node does for a FileHandle.
import { native } from '../addon/native.js';
import { FinalizationRegistry, process } from '../platform/primordials.js';

const registry = new FinalizationRegistry<number>((fd) => {
  native().closeFd(fd);
  process.emitWarning(
    `Descriptor ${fd} was closed because its Descriptor was garbage-collected. Call close(), or declare it with 'using'`,
    { code: 'FORKWIRE_DESCRIPTOR_COLLECTED' },
  );
});

export function watch(owner: object, fd: number): void {
  registry.register(owner, fd, owner);
}

export function forget(owner: object): void {
  registry.unregister(owner);
}
