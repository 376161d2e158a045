// A program that only knows node:child_process, started with forkwire/register.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { host, testProgram } = require('../harness.cjs');

const register = path.join(__dirname, '../../../dist/register.js');
const options = { Bun: ['--preload'], Deno: ['run', '--allow-all', '--no-config', '--require'] };

testProgram({
  async parent() {
    const program = path.join(__dirname, '../fork-with-node.cjs');
    const args = [...options[host], register, program];
    assert.equal(execFileSync(process.execPath, args, { encoding: 'utf8' }), 'native: echo');
  },
});
