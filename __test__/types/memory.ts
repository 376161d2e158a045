import { SharedMemory, SharedRing, fork } from 'forkwire';
import type {
  MemoryWaitOptions,
  MemoryWaitOutcome,
  RingReader,
  RingWriter,
  SharedMemoryConstructor,
  SharedRingConstructor,
  SharedRingOptions,
} from 'forkwire';
import { hasType } from './claims.js';

export async function memories(): Promise<void> {
  const memory = SharedMemory.create(4096);
  hasType<SharedMemory>()(memory);
  hasType<SharedMemory>()(SharedMemory.from(memory.buffer));
  hasType<SharedArrayBuffer>()(memory.buffer);
  hasType<number>()(memory.byteLength);
  hasType<boolean>()(memory.frozen);
  hasType<void>()(memory.freeze());
  hasType<MemoryWaitOutcome>()(memory.wait(0, 1, 100));
  const options: MemoryWaitOptions = { timeout: 100, signal: AbortSignal.timeout(100) };
  hasType<'ok' | 'not-equal' | 'timed-out'>()(await memory.waitAsync(0, 1, options));
  hasType<number>()(memory.notify(0, 1));
  hasType<boolean>()(fork('child.js').send('take it', memory));
  const Class: SharedMemoryConstructor = SharedMemory;
  hasType<SharedMemory>()(Class.prototype);
  // @ts-expect-error only create() and from() make one
  void new SharedMemory(4096);
  // @ts-expect-error an ArrayBuffer is of one process
  SharedMemory.from(new ArrayBuffer(8));
  // @ts-expect-error a buffer cannot be replaced
  memory.buffer = new SharedArrayBuffer(8);
}

export async function rings(): Promise<void> {
  const options: SharedRingOptions = { slots: 8, bytes: 100 };
  const ring = SharedRing.create(options);
  hasType<SharedRing>()(ring);
  hasType<SharedRing>()(SharedRing.open(ring.memory));
  hasType<SharedMemory>()(ring.memory);
  hasType<number>()(ring.slots * ring.slotBytes);
  const writer: RingWriter = ring.writer();
  await writer.write(new Uint8Array(8), { timeout: 100 });
  hasType<boolean>()(writer.tryWrite(new ArrayBuffer(8)));
  hasType<Uint8Array>()(await writer.reserve());
  hasType<Uint8Array | undefined>()(writer.tryReserve());
  writer.commit(8);
  writer.close();
  const reader: RingReader = ring.reader();
  hasType<Uint8Array | undefined>()(await reader.read({ signal: AbortSignal.timeout(100) }));
  hasType<Uint8Array | undefined>()(reader.tryRead());
  for await (const message of reader) hasType<Uint8Array>()(message);
  reader.release();
  reader.close();
  const Class: SharedRingConstructor = SharedRing;
  hasType<SharedRing>()(Class.prototype);
  // @ts-expect-error a size is missing
  SharedRing.create({ slots: 8 });
  // @ts-expect-error a ring is made in memory, not in a buffer
  SharedRing.open(ring.memory.buffer);
  // @ts-expect-error text has no bytes until it is encoded
  writer.tryWrite('text');
}
