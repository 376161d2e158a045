// Reports a child that got Node's own channel because the files of forkwire could no longer be loaded.
import { say } from '../observe/trace/line.js';
import type { ChildProcess } from '../child-types.js';
import { ObjectDefineProperty, process } from '../platform/captured.js';

/** The values of FORKWIRE_DEBUG that ask for channels: see src/observe/trace/topics.ts, which is not loaded. */
const ASKS = /(^|[\s,])(1|true|all|\*|channels)([\s,]|$)/;

export function sayStock(child: ChildProcess): ChildProcess {
  if (ASKS.test(process.env['FORKWIRE_DEBUG'] ?? '')) {
    const why = 'the files of forkwire could not be read';
    say(`starts on the stock wire: ${why}`, ` parent of ${child.pid}`);
  }
  return ObjectDefineProperty(child, 'wire', {
    __proto__: null,
    value: 'stock',
    configurable: true,
  } as PropertyDescriptor);
}
