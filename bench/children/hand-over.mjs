// Looks at the bytes of each message, which are in it or in the memory that came with it, and answers.
import { isMarked } from '../lib/marked.mjs';
import { parentEnd } from '../lib/parent-end.mjs';

parentEnd.on('message', ({ seq, whole, bytes }, memory) => {
  bytes ??= new Uint8Array(memory.buffer);
  parentEnd.send({ seq, intact: isMarked(bytes, seq, whole) });
});
parentEnd.send({ ready: true });
