// A child whose channel has ended opens files until one has the number that the channel's descriptor had, and writes to
// each: all of it is in the files.
const assert = require('node:assert/strict');
const { closeSync, openSync, readFileSync, unlinkSync, writeFileSync, writeSync } = require('node:fs');
const { native, next, fork, testProgram } = require('../harness.cjs');
const { scratch } = require('../../promises/harness.cjs');

const FILES = 100;

testProgram({
  async parent() {
    const { file, remove } = scratch();
    try {
      const child = fork([file]);
      await next(child, 'message');
      child.disconnect();
      assert.deepEqual(await next(child, 'exit'), [0, null]);
      const { number, numbers } = JSON.parse(readFileSync(file, 'utf8'));
      if (native) assert.ok(numbers.includes(number), `no file had the number ${number}: ${numbers}`);
    } finally {
      remove();
    }
  },

  child(file) {
    const number = process.channel.fd;
    process.on('disconnect', () => setImmediate(() => void writeFiles(file, number)));
    process.send('ready');
  },
});

async function writeFiles(result, number) {
  const numbers = [];
  for (let i = 0; i < FILES && !numbers.includes(number); i++) {
    // The thread that reads the channel may not have closed it yet.
    await new Promise((resolve) => setTimeout(resolve, 1));
    const path = `${result}.${i}`;
    const fd = openSync(path, 'w');
    numbers.push(fd);
    writeSync(fd, `file ${i}`);
    assert.equal(readFileSync(path, 'utf8'), `file ${i}`);
    closeSync(fd);
    unlinkSync(path);
  }
  writeFileSync(result, JSON.stringify({ number, numbers }));
}
