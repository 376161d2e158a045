// Sends its own arguments and those of Node, and ends.
process.send({ node: process.execArgv, program: process.argv.slice(2) });
process.disconnect();
