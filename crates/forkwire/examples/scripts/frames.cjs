// Copies each frame of the first ring into the second.
const { SharedRing } = require('../../../../dist/index.js');

process.once('message', async (_, memories) => {
  try {
    const [there, back] = memories.map((memory) => SharedRing.open(memory));
    process.send('ready');
    const writer = back.writer();
    for await (const frame of there.reader()) await writer.write(frame);
  } catch (error) {
    process.send(String(error));
  }
});
