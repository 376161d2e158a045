// Each program of this folder has a parent and its child in one file, as in ../promises. The parent may run on any
// runtime, and the child on any other, as FORKWIRE_HOSTS says.
const assert = require('node:assert/strict');
const { program } = require('../promises/harness.cjs');
const library = require('../../dist/index.js');

/** `parent` and `child`: names of runtimes; `options`: those of fork(), which name the child's. */
const { parent: host, child: guest, options: start } = JSON.parse(process.env.FORKWIRE_HOSTS);

/** Both ends are forkwire if the child runs on the runtime of its parent. */
const native = host === guest;

/** Forks this very program as a child. An error of its channel fails the program, unless the program expects it. */
function fork(args = [], options = {}) {
  const child = library.fork(process.argv[1], ['child', ...args], { ...start, ...options });
  assert.equal(child.wire, native ? 'native' : 'node');
  return child;
}

/** A program that keeps its promise if `parent` returns. It returns what it observed. */
function testProgram({ parent, child }) {
  program({
    child,
    async parent() {
      try {
        return { kept: true, saw: String((await parent()) ?? '') };
      } catch (error) {
        return { kept: false, saw: String(error?.stack ?? error) };
      }
    },
  });
}

/** The arguments of the next `event`; rejects with the emitter's error. */
function next(emitter, event) {
  return new Promise((resolve, reject) => {
    const done = (settle, value) => {
      emitter.off(event, onEvent);
      emitter.off('error', onError);
      settle(value);
    };
    const onEvent = (...args) => done(resolve, args);
    const onError = (error) => done(reject, error);
    emitter.on(event, onEvent);
    if (event !== 'error') emitter.on('error', onError);
  });
}

/** Collects the messages of a child in order, without losing any in between. */
class Inbox {
  #waiting = [];
  #wanted = [];

  constructor(child) {
    child.on('message', (message, handle) => {
      const entry = { message, handle };
      const wanted = this.#wanted.shift();
      if (wanted) wanted(entry);
      else this.#waiting.push(entry);
    });
  }

  entry() {
    const entry = this.#waiting.shift();
    return entry ? Promise.resolve(entry) : new Promise((resolve) => this.#wanted.push(resolve));
  }

  async next() {
    return (await this.entry()).message;
  }
}

/** What `send()` passes to its callback. */
function sent(channel, message, handle) {
  return new Promise((resolve, reject) => {
    channel.send(message, handle, (error) => (error ? reject(error) : resolve()));
  });
}

/** Everything from a connection, as text. */
function textOf(socket) {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part) => (text += part));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

module.exports = { Inbox, fork, guest, host, library, native, next, sent, start, testProgram, textOf };
