// How programs ask the other end and get an answer. Each way has `serve(end, handler)` and `ask(end)`, which gives
// `request(message)`. An end has `send()` and `on()`, as a ChildProcess and `process` have.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What most programs have: a number for each request, and a map of those under way. */
const byHand = {
  ask(end) {
    const waiting = new Map();
    let last = 0;
    end.on('message', ({ id, value, error }) => {
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) resolve(value);
      else reject(new Error(error));
    });
    return (message) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject });
        end.send({ id: last, message });
      });
  },
  serve(end, handler) {
    end.on('message', async ({ id, message }) => {
      try {
        end.send({ id, value: await handler(message) });
      } catch (error) {
        end.send({ id, error: error.message });
      }
    });
  },
};

const forkwire = {
  ask:
    ({ channel }) =>
    (message) =>
      channel.request(message),
  serve: ({ channel }, handler) => channel.serve(handler),
};

const birpc = {
  async ask(end) {
    const rpc = await birpcOver(end, {});
    return (message) => rpc.answer(message);
  },
  serve: (end, handler) => birpcOver(end, { answer: handler }),
};

async function birpcOver(end, functions) {
  const { createBirpc } = await load('birpc/dist/index.mjs');
  // Its default, a minute, is a timer for each call.
  const noTimeout = -1;
  return createBirpc(functions, {
    post: (data) => end.send(data),
    on: (listener) => end.on('message', listener),
    timeout: noTimeout,
  });
}

const comlink = {
  async ask(end) {
    const { wrap } = await load('comlink/dist/esm/comlink.mjs');
    const remote = wrap(endpointOf(end));
    return (message) => remote.answer(message);
  },
  async serve(end, handler) {
    const { expose } = await load('comlink/dist/esm/comlink.mjs');
    expose({ answer: handler }, endpointOf(end));
  },
};

/** What Comlink wants of a MessagePort. */
function endpointOf(end) {
  const takers = new Map();
  return {
    postMessage: (data) => end.send(data),
    addEventListener(type, listener) {
      const take = (data) => listener({ data });
      takers.set(listener, take);
      end.on(type, take);
    },
    removeEventListener: (type, listener) => end.off(type, takers.get(listener)),
  };
}

const load = (file) =>
  import(pathToFileURL(join(process.env.FORKWIRE_BENCH_CLIENTS, 'node_modules', file)).href);

export const callers = { stock: byHand, forkwire, 'forkwire-send': byHand, birpc, comlink, threads: byHand };
