// A Node program that has a Rust program as its child: node parent.cjs <../child_of_node.rs, built>
'use strict';
const { fork } = require('node:child_process');

const child = fork('words', [], { execPath: process.argv[2] });
child.send({ text: 'the quick brown fox jumps over the lazy dog' });
child.send('no request');

let replies = 0;
child.on('message', (reply) => {
  console.log(JSON.stringify(reply));
  replies += 1;
  if (replies === 2) child.disconnect();
});
child.on('exit', (code) => {
  process.exitCode = code;
});
