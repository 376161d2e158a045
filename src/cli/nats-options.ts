// The options of `forkwire nats`.
export const NATS_OPTIONS = {
  subject: { type: 'string', short: 's' },
  queue: { type: 'string', short: 'q' },
  workers: { type: 'string', short: 'w' },
  concurrency: { type: 'string', short: 'c' },
  prefork: { type: 'string' },
  serialization: { type: 'string' },
  messages: { type: 'boolean' },
  'drain-timeout': { type: 'string' },
  server: { type: 'string' },
  user: { type: 'string' },
  password: { type: 'string' },
  creds: { type: 'string' },
  tlsca: { type: 'string' },
  tlscert: { type: 'string' },
  tlskey: { type: 'string' },
} as const;

export const NATS_HELP = `usage: forkwire nats --subject SUBJECT [options] FILE [arguments of the workers]

Forks workers that run FILE, and passes requests that come over NATS on to them. FILE is the one that a
parent on this machine would fork: it calls process.channel.serve(). A worker that ends is replaced.
SIGTERM and SIGINT: no further requests are taken, those that were taken are answered, and the workers end.

  -s, --subject SUBJECT    where the requests come from
  -q, --queue NAME         processes with the same queue share the requests (default: forkwire)
  -w, --workers N          how many workers (default: as many as there are processors)
  -c, --concurrency N      how many requests each worker gets at once (default: 16)
      --prefork N          how many processes wait to replace a worker (default: 0)
      --serialization KIND json or advanced, for the answers (default: json)
      --messages           pass on messages of the subject, too
      --drain-timeout S    seconds to wait for requests under way at the end (default: 30)

  --server URL[,URL...]    NATS_URL       (default: nats://127.0.0.1:4222)
  --user NAME              NATS_USER
  --password PASSWORD      NATS_PASSWORD, NATS_TOKEN: better than on the command line, which others can read
  --creds FILE             NATS_CREDS
  --tlsca FILE             NATS_CA
  --tlscert FILE           NATS_CERT
  --tlskey FILE            NATS_KEY`;
