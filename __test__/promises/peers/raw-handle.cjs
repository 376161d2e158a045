// A child that sends, on Node's wire, a descriptor with a message about it that may be false. It speaks through the
// addon, on the descriptor of the channel that Node has set up and does not use.
const { openSync } = require('node:fs');
const net = require('node:net');
const addon = require('../../../index.js');

const [, , what, type] = process.argv;
const options = {
  highWaterMark: 1 << 20,
  maxMessageSize: 1 << 20,
  receiveLimit: 1 << 20,
  flushTimeout: 1000,
  referenced: false,
  wire: 'json',
  driver: 'task', // the event loop polls this descriptor already
};
const nothing = () => {};
const events = Object.fromEntries(
  'onText onClones onSeveral onCalls onCall onCallEnd onMessage onProgress onAcknowledged onRefused onWriteError onProtocolError onClose'
    .split(' ')
    .map((name) => [name, nothing]),
);

const send = (fd) => {
  const channel = new addon.Channel(process.channel.fd, options, events);
  const message = JSON.stringify({ cmd: 'NODE_HANDLE', type, msg: 'a handle' });
  channel.sendTextWith(message, false, [{ kind: 1, fd, note: '' }]);
  process.disconnect = nothing;
  setTimeout(() => channel.flushAtExit(), 500);
};

if (what === 'file') send(openSync(__filename));
else {
  const server = net.createServer().listen(0, '127.0.0.1', () => send(server._handle.fd));
  setTimeout(() => server.close(), 1000);
}
