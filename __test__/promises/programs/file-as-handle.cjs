// A child sends the descriptor of a regular file and claims that it is a socket. What happens to the parent?
const { program, receiveHandle } = require('../harness.cjs');

program({ parent: () => receiveHandle('file', 'net.Socket') });
