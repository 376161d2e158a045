// Waiting for numbers in shared memory: between processes by the memory's methods, between threads by Atomics.

/** On lines of the processor's cache of their own. */
const [FORTH, BACK] = [0, 64];

/** `{ words, wait, waitAsync, notify }` over a SharedArrayBuffer; `memory`: the SharedMemory that it is of, if any. */
export function waitsOf(buffer, memory) {
  const words = new Int32Array(buffer);
  if (memory === undefined)
    return {
      words,
      wait: (index, value) => Atomics.wait(words, index, value),
      waitAsync: async (index, value) => Atomics.waitAsync(words, index, value).value,
      notify: (index) => Atomics.notify(words, index),
    };
  return {
    words,
    wait: (index, value) => memory.wait(index, value),
    waitAsync: (index, value) => memory.waitAsync(index, value),
    notify: (index) => memory.notify(index),
  };
}

/** One end of `count` turns there and back. `first`: begins them. `kind`: 'async' or 'blocking'. */
export async function runTurns({ words, wait, waitAsync, notify, count, kind, first, begin, done }) {
  const [own, other] = first ? [FORTH, BACK] : [BACK, FORTH];
  // A wait by Atomics.waitAsync() does not keep the event loop running.
  const awake = setInterval(() => {}, 60_000);
  for (let turn = 0; turn < count; turn++) {
    begin?.(turn);
    if (first) tell(turn);
    while (Atomics.load(words, other) === turn) {
      if (kind === 'blocking') wait(other, turn);
      else await waitAsync(other, turn);
    }
    done?.(turn);
    if (!first) tell(turn);
  }
  clearInterval(awake);

  function tell(turn) {
    Atomics.store(words, own, turn + 1);
    notify(own);
  }
}
