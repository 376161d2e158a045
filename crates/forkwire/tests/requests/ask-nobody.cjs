// Asks a Rust child that receives messages only. argv: the npm package, the child's program, and the wire
// (by default the native one). Ends with an error at the first
// thing that is wrong.
const assert = require('node:assert/strict');
const { once } = require('node:events');
const { connect, createServer } = require('node:net');

const [, , package, program, wire = 'native'] = process.argv;
const { spawn } = require(package);

async function main() {
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  const child = spawn(program, [], { stdio, wire });
  const noHandler = { code: 'ERR_FORKWIRE_NO_HANDLER' };
  await assert.rejects(child.channel.request('is anybody there?'), noHandler);

  // Its handle is refused, and stays here.
  const server = createServer((socket) => socket.end('from here')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const refused = wire === 'native' ? noHandler : { code: 'ERR_FORKWIRE_WIRE' };
  await assert.rejects(child.channel.request('take it', { handles: [server] }), refused);
  const socket = connect(server.address().port, '127.0.0.1');
  const [said] = await once(socket.setEncoding('utf8'), 'data');
  assert.equal(said, 'from here');
  server.close();

  // Both are over, and the channel goes on.
  child.send('a message');
  const [message] = await once(child, 'message');
  assert.equal(message, 'a message');
  child.disconnect();
  const [code, signal] = await once(child, 'exit');
  assert.deepEqual([code, signal], [0, null]);
}

main();
