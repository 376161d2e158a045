// What a program of this folder is: a parent and its child in one file, as in ../promises. The parent may run on any
// runtime, and the child on any other: FORKWIRE_HOSTS says which.
const assert = require('node:assert/strict');
const { program } = require('../promises/harness.cjs');
const library = require('../../dist/index.js');

/** `parent` and `child`: names of runtimes; `options`: those of fork(), which name the child's. */
const { parent: host, child: guest, options: start } = JSON.parse(process.env.FORKWIRE_HOSTS);

/** Both ends are forkwire's where the child is what its parent is. */
const native = host === guest;

/** Forks this very program as a child. What goes wrong with its channel fails the program, unless it asks for it. */
function fork(args = [], options = {}) {
  const child = library.fork(process.argv[1], ['child', ...args], { ...start, ...options });
  assert.equal(child.wire, native ? 'native' : 'node');
  return child;
}

/** A program that keeps its promise if `parent` comes to its end; what it returns is what was seen. */
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

/** Messages of a child in their order, none lost between two looks. */
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

/** What `send()` tells its callback. */
function sent(channel, message, handle) {
  return new Promise((resolve, reject) => {
    channel.send(message, handle, (error) => (error ? reject(error) : resolve()));
  });
}

/** All that a connection says, as text. */
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
