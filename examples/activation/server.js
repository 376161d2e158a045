// The service: hands the socket that it was started with to its workers, and starts another one for each that ends.
const { fork, inheritedServers } = require('forkwire');

const [web] = inheritedServers();
console.log(`got the ${web.type} '${web.name}'`);

const workers = new Set();
for (let n = 0; n < 2; n++) start();

function start() {
  const worker = fork(`${__dirname}/worker.js`);
  workers.add(worker);
  worker.send('serve', web); // stays open here
  worker.on('exit', () => {
    workers.delete(worker);
    start();
  });
}

process.on('SIGTERM', () => process.exit()); // the workers see the channel end
