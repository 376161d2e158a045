// What is sent along with messages, and what the other side does with it: it answers every connection.
const { once } = require('node:events');
const dgram = require('node:dgram');
const net = require('node:net');
const path = require('node:path');
const { setTimeout: later } = require('node:timers');

/** Echoes the first data of a connection, and ends it. */
const answer = (socket) => {
  socket.on('error', () => {});
  socket.once('data', (token) => socket.end(`re:${token}`));
};

const isA = { tcp: net.Socket, unix: net.Socket, server: net.Server, dgram: dgram.Socket };

/** The connections that one side of a channel made. */
class Account {
  opened = 0;
  closed = 0;
  answered = 0;
  /** Connections that have not ended. */
  names = new Set();
  /** Connections that ended without an answer. */
  unanswered = [];
  #problem;

  constructor(problem) {
    this.#problem = problem;
  }

  get open() {
    return this.opened - this.closed;
  }

  /** Follows a connection's client to its end. */
  follow(client, what) {
    const token = `${what} ${(this.opened += 1)}`;
    this.names.add(token);
    let reply = '';
    client.setEncoding('latin1').on('error', () => {});
    client.on('data', (text) => (reply += text));
    client.on('close', () => {
      this.closed += 1;
      this.names.delete(token);
      if (reply === `re:${token}`) this.answered += 1;
      else if (reply === '') this.unanswered.push(`${token} (${client.errored?.code ?? 'ended'})`);
      else this.#problem(`${token} was answered with ${JSON.stringify(reply)}`);
    });
    client.write(token);
  }
}

/** A server that one side sends repeatedly. Either side may answer. */
class SharedServer {
  #server = net.createServer(answer);

  /** The server, listening. */
  async get() {
    if (!this.#server.listening) {
      this.#server.listen(0, '127.0.0.1').unref();
      await once(this.#server, 'listening');
    }
    return this.#server;
  }

  ask(account, n) {
    account.follow(net.connect(this.#server.address()), `asked behind message ${n}`);
  }

  close() {
    this.#server.close(() => {});
  }
}

/** The servers of one process, and a datagram socket. */
class Things {
  #servers = {};
  #dgram;
  /** Serially, so that an accepted socket can be matched with its client. */
  #queue = Promise.resolve();

  /** @param folder where the Unix domain socket is to be */
  async open(folder) {
    const moved = { pauseOnConnect: true };
    this.#servers.tcp = net.createServer(moved).listen(0, '127.0.0.1');
    this.#servers.unix = net.createServer(moved).listen(path.join(folder, String(process.pid)));
    this.#dgram = dgram.createSocket('udp4').bind(0, '127.0.0.1').unref();
    await Promise.all([...Object.values(this.#servers), this.#dgram].map((one) => once(one, 'listening')));
    for (const server of Object.values(this.#servers)) server.unref();
  }

  /** Waits until no server has a connection left, here or in a process that it was sent to. */
  close() {
    this.#dgram.close();
    return Promise.all(
      Object.values(this.#servers).map((server) => new Promise((resolve) => server.close(resolve))),
    );
  }

  /** Something to send. */
  make(kind, account, n) {
    if (kind === 'dgram') return this.#dgram;
    const made = this.#queue.then(() => this.#connect(kind, account, n));
    this.#queue = made.catch(() => {});
    return made;
  }

  async #connect(kind, account, n) {
    const server = this.#servers[kind];
    const address = server.address();
    const client = net.connect(typeof address === 'string' ? { path: address } : address);
    const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
    accepted.on('error', () => {});
    account.follow(client, `${kind} of message ${n}`);
    return accepted;
  }

  /** Consumes a thing that arrived as `kind`. Returns what is wrong with it, if anything. */
  static use(kind, thing) {
    if (!(thing instanceof isA[kind])) return `${thing} in place of a ${kind}`;
    if (kind === 'tcp' || kind === 'unix') answer(thing);
    else if (thing.address().address !== '127.0.0.1') return `a ${kind} without its address`;
    else if (kind === 'dgram') thing.close();
    else {
      thing.on('connection', answer);
      later(() => thing.close(), 5);
    }
    return undefined;
  }
}

module.exports = { Things, SharedServer, Account };
