// A CommonJS program that also checks where its modules come from.
const assert = require('node:assert/strict');
const { once } = require('node:events');
const { join, sep } = require('node:path');
const { fork } = require('forkwire');

const installed = join(__dirname, 'node_modules') + sep;

async function main() {
  assert.ok(require.resolve('forkwire').startsWith(installed), 'the package is the installed one');
  const child = fork(join(__dirname, 'child.mjs'));
  // The addon is loaded without Node's module loader, so require.cache does not have it.
  const { sharedObjects } = process.report.getReport();
  const addons = sharedObjects.filter((file) => file.endsWith('.node'));
  assert.equal(addons.length, 1);
  assert.ok(addons[0].startsWith(join(installed, '@forkwire', 'binding-')), 'so is the addon');
  assert.equal(child.wire, 'native');
  child.send('require');
  assert.deepEqual(await once(child, 'message'), [{ got: 'require' }, undefined]);
  assert.equal(require('forkwire/child').channel, undefined, 'this is not a child');
  assert.equal(child.channel.stats().sent.messages, 1);
}

main();
