// Reports a child that got Node's own channel because the files of forkwire could no longer be loaded.
import { say } from '../observe/trace/line.js';
import { topicsOf } from '../observe/trace/topics.js';
import type { ChildProcess } from '../child-types.js';
import { ObjectDefineProperty, process } from '../platform/primordials.js';

export function sayStock(child: ChildProcess): ChildProcess {
  if (topicsOf(process.env['FORKWIRE_DEBUG'])?.has('channels') === true) {
    const why = 'the files of forkwire could not be read';
    say(`starts on the stock wire: ${why}`, ` parent of ${child.pid}`);
  }
  return ObjectDefineProperty(child, 'wire', {
    __proto__: null,
    value: 'stock',
    configurable: true,
  } as PropertyDescriptor);
}
