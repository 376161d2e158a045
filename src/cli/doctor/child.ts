// The child of the self-test. It does what each message asks for.
import type { Socket } from 'node:net';
import { FAREWELLS, FAREWELL_LENGTH } from './farewells.js';

process.on('message', (message: { readonly task: string; readonly value?: unknown }, handle: unknown) => {
  switch (message.task) {
    case 'echo':
      process.send?.(message.value);
      break;
    case 'socket':
      (handle as Socket).end('from the child');
      break;
    default: {
      const text = '.'.repeat(FAREWELL_LENGTH);
      for (let number = 1; number <= FAREWELLS; number++) process.send?.({ number, text });
      process.exit();
    }
  }
});
