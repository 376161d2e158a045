// Closes the descriptors of objects that were garbage-collected while they were open, as Node does for a FileHandle.
import { native } from '../addon/native.js';
import { closeSync } from '../platform/files.js';
import { runtime } from '../platform/runtime.js';
import { FinalizationRegistry, process } from '../platform/primordials.js';

const registry = new FinalizationRegistry<number>((fd) => {
  closeOwn(fd);
  process.emitWarning(
    `Descriptor ${fd} was closed because its Descriptor was garbage-collected. Call close(), or declare it with 'using'`,
    { code: 'FORKWIRE_DESCRIPTOR_COLLECTED' },
  );
});

/** Without the addon, because a process that has no descriptors left may be unable to load it. Deno closes only what it opened. */
export function closeOwn(fd: number): void {
  if (runtime === 'Deno') native().closeFd(fd);
  else closeSync(fd);
}

export function watch(owner: object, fd: number): void {
  registry.register(owner, fd, owner);
}

export function forget(owner: object): void {
  registry.unregister(owner);
}
