process.on('message', (m) => {
  console.log('CHILD got message:', m);
});
process.on('internalMessage', (m) => {
  console.log('CHILD got internalMessage:', m);
});

process.send({ foo: 'bar', baz: NaN });
