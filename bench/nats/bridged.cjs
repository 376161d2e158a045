// A worker behind the bridge.
process.channel.serve((message) => message);
