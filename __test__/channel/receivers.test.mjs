import { createRequire } from 'node:module';
import test from '../helpers/test.mjs';

// What is not a method of an object any more: `const { close } = descriptor`.

const { Descriptor, MessagePort, SharedMemory, SharedRing } = createRequire(import.meta.url)(
  '../../dist/index.js',
);

const CLASSES = {
  Descriptor: [
    Descriptor,
    ['fd', 'type', 'closed', 'duplicate', 'createReadStream', 'toSocket', 'toServer', 'close'],
  ],
  SharedMemory: [SharedMemory, ['buffer', 'byteLength', 'frozen', 'freeze', 'wait', 'waitAsync', 'notify']],
  SharedRing: [SharedRing, ['memory', 'slots', 'slotBytes', 'writer', 'reader']],
  MessagePort: [
    MessagePort,
    ['postMessage', 'send', 'post', 'request', 'serve', 'messages', 'next', 'close', 'ref'],
  ],
};

/** The function behind a property of a class, or of one that it extends. */
function functionOf(prototype, name) {
  const found = Object.getOwnPropertyDescriptor(prototype, name);
  return found === undefined
    ? functionOf(Object.getPrototypeOf(prototype), name)
    : (found.get ?? found.value);
}

for (const [type, [Class, names]] of Object.entries(CLASSES)) {
  test(`a method of ${type} says that it was called on something else`, (t) => {
    for (const name of names) {
      const method = functionOf(Class.prototype, name);
      t.is(method.name.replace(/^get /, ''), name);
      for (const thing of [undefined, null, 5, {}, Class.prototype, Object.create(Class.prototype)]) {
        t.throws(() => method.call(thing), {
          instanceOf: TypeError,
          code: 'ERR_INVALID_THIS',
          message: `Value of "this" must be of type ${type}`,
        });
      }
    }
  });
}

test('a class of which a program makes no objects says so, with a code', (t) => {
  for (const [Class, instead] of [
    [MessagePort, ''],
    [SharedMemory, ': use SharedMemory.create()'],
    [SharedRing, ': use SharedRing.create() or SharedRing.open()'],
  ]) {
    const message = `Illegal constructor${instead}`;
    t.throws(() => new Class(64), { instanceOf: TypeError, code: 'ERR_ILLEGAL_CONSTRUCTOR', message });
  }
});

test('a method keeps its number of parameters', (t) => {
  t.is(Descriptor.prototype.toServer.length, 1);
  t.is(SharedMemory.prototype.wait.length, 3);
});
