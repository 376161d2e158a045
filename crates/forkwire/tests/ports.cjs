// A child for tests/ports.rs: what its argument names.
const programs = {
  echo() {
    const port = process.channel.port('echo');
    port.postMessage('hello');
    port.on('message', (message) => port.postMessage({ echo: message }));
  },
  requests() {
    const port = process.channel.port('sums');
    const b = port.request('b');
    port.serve(async ({ a }) => a + (await b));
  },
  'give back'() {
    process.on('message', (message, port) => {
      port.once('message', (first) => {
        port.postMessage(['child', first]);
        // What was read with the first message is kept for a listener by now.
        setImmediate(() => process.send('back', port));
      });
    });
  },
};

programs[process.argv[2]]();
