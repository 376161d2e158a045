// Clients that ask without a pause, over HTTP connections that are kept alive and over WebSockets. Any failure ends the program.
const http = require('node:http');
const { on, once } = require('node:events');
const { WebSocket } = require('ws');

const CLIENTS = 20;
const ANSWERS = 15;

class Load {
  generations = new Set();
  #answers = 0;
  #stopped = false;
  #all;

  constructor(port) {
    const clients = Array.from({ length: CLIENTS }, (_, i) => (i % 2 ? this.#ask(port) : this.#talk(port)));
    this.#all = Promise.all(clients);
  }

  /** Resolves after some more answers. */
  async goOn() {
    const until = this.#answers + CLIENTS * ANSWERS;
    while (this.#answers < until) await Promise.race([this.#all, new Promise(setImmediate)]);
  }

  async stop() {
    this.#stopped = true;
    await this.#all;
  }

  async #ask(port) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    let connections = 0;
    for (let n = 0; !this.#stopped; n++) {
      const request = http.request({ port, agent, method: 'POST', path: `/${n}` });
      request.on('socket', () => (connections += request.reusedSocket ? 0 : 1));
      request.end('x'.repeat(100));
      const [response] = await once(request, 'response');
      let text = '';
      for await (const chunk of response) text += chunk;
      if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${text}`);
      this.#count(text);
    }
    if (connections !== 1) throw new Error(`a client needed ${connections} connections`);
    agent.destroy();
  }

  async #talk(port) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(socket, 'open');
    const closed = once(socket, 'close').then(() => ['closed']);
    const messages = on(socket, 'message');
    for (let n = 0; !this.#stopped; n++) {
      const text = `message ${n}`;
      // In two frames, so that now and then a part of a message is on its way when the connection moves.
      socket.send(text.slice(0, 4), { fin: false });
      await new Promise(setImmediate);
      socket.send(text.slice(4), { fin: true });
      const [data] = await Promise.race([messages.next().then(({ value }) => value), closed]);
      if (!String(data).startsWith(`${text} from`)) throw new Error(`"${data}" came for "${text}"`);
      this.#count(String(data));
    }
    socket.close();
    await closed;
  }

  #count(text) {
    this.#answers += 1;
    this.generations.add(text.match(/generation \d+/)[0]);
  }
}

module.exports = { Load };
