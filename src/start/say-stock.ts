// Reports a child that got Node's own channel because the files of forkwire can no longer be loaded.
import { say } from '../observe/trace/line.js';
import type { ChildProcess } from '../child-types.js';
import { ObjectDefineProperty, process } from '../platform/captured.js';

export function sayStock(child: ChildProcess): ChildProcess {
  // What asks for channels: see src/observe/trace/topics.ts, which is not loaded.
  if (/(^|[\s,])(1|true|all|\*|channels)([\s,]|$)/.test(process.env['FORKWIRE_DEBUG'] ?? '')) {
    const why = 'the files of forkwire could not be read, or were replaced after this program had loaded it';
    say(`starts on the stock wire: ${why}`, ` parent of ${child.pid}`);
  }
  return ObjectDefineProperty(child, 'wire', {
    __proto__: null,
    value: 'stock',
    configurable: true,
  } as PropertyDescriptor);
}
