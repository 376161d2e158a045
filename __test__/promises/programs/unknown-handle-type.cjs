// A child sends a socket with a type that nobody knows. What becomes of the parent?
const { program, receiveHandle } = require('../harness.cjs');

program({ parent: () => receiveHandle('server', 'net.Bogus') });
