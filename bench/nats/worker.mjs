// Answers a subject: node worker.mjs SERVERS plain|port|wait|compute SUBJECT [CONCURRENCY]
import { connect } from '@nats-io/transport-node';
import { natsPort } from 'forkwire/nats';

const [servers, how, subject, concurrency = '65536'] = process.argv.slice(2);
const connection = await connect({ servers });

const handlers = {
  port: (message) => message,
  wait: () => new Promise((resolve) => setTimeout(resolve, 5)),
  compute() {
    const end = performance.now() + 2;
    while (performance.now() < end);
  },
};

if (how === 'plain') {
  connection.subscribe(subject, {
    queue: 'q',
    callback: (_, message) => message.respond(JSON.stringify(message.json())),
  });
} else {
  natsPort(connection, subject).serve(handlers[how], { concurrency: Number(concurrency) });
}
await connection.flush();
process.send('ready');
process.once('disconnect', () => connection.close());
