// A child sends the descriptor of a regular file and says that it is a socket. What becomes of the parent?
const { program, receiveHandle } = require('../harness.cjs');

program({ parent: () => receiveHandle('file', 'net.Socket') });
