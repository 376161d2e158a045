// A child sends a socket with an unknown type. What happens to the parent?
const { program, receiveHandle } = require('../harness.cjs');

program({ parent: () => receiveHandle('server', 'net.Bogus') });
