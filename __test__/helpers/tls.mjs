import tls from 'node:tls';
import { once } from './events.mjs';

// With a pre-shared key, no certificate is needed.
const psk = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
const shared = { ciphers: 'PSK', maxVersion: 'TLSv1.2' };

/** Both ends of a TLS connection. */
export async function secureConnection(t) {
  const server = tls.createServer({ ...shared, pskCallback: () => psk });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = tls.connect({
    ...shared,
    port: server.address().port,
    host: '127.0.0.1',
    pskCallback: () => ({ psk, identity: 'test' }),
    checkServerIdentity: () => undefined,
  });
  t.teardown(() => {
    client.destroy();
    server.close();
  });
  const [[accepted]] = await Promise.all([once(server, 'secureConnection'), once(client, 'secureConnect')]);
  return { client, accepted };
}
