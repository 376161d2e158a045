// How the time per message grows with a parameter: one metric for each point of the curve.
import { withChild } from '../lib/with-child.mjs';
import { sendFlood, sendHonouring } from '../lib/sending.mjs';
import { median } from '../lib/statistics.mjs';
import { Unsupported } from '../lib/unsupported.mjs';
import messageKinds from '../lib/messages.cjs';
import sequences from '../lib/sequence.cjs';

// A curve ends after a point that took longer: the next one would take many times that.
const ENOUGH_MS = 8_000;

const metricsOf = (points, label) =>
  points.map((x) => ({ id: String(x), label: label(x), x, unit: 'us', better: 'lower' }));

/** Messages of growing size, backpressure honoured. `kind`: 'text' (one string, as json) or 'bytes' (a Buffer). */
export function sizeGrowth({ name, title, kind, sizes, quickSizes, volume, most, maxRounds }) {
  const repeats = (bytes) => Math.max(1, Math.min(most, Math.floor(volume / bytes)));
  // One to warm up, but not of the largest size: V8 in Node 26 aborts when JSON.stringify gets 256 MiB for the second time.
  const batchesOf = (bytes) => (repeats(bytes) === 1 ? [1] : [1, repeats(bytes)]);
  const serialization = kind === 'bytes' ? 'advanced' : 'json';

  async function run(implementation, _scale, { quick, tell }) {
    const points = quick ? quickSizes : sizes;
    const batches = points.flatMap((bytes) => batchesOf(bytes).map((count) => `${bytes}x${count}`));
    const options = { args: [kind, ...batches], serialization };
    await withChild(implementation, 'sized-sink.cjs', options, async (child, nextMessage) => {
      for (const bytes of points) {
        const { make } = messageKinds.messages(kind, bytes);
        let ms;
        for (const count of batchesOf(bytes))
          ms = await timed(implementation, sendHonouring, child, nextMessage, count, make);
        tell({ [bytes]: (ms * 1000) / repeats(bytes) });
        stopIfSlow(ms, bytes, points);
      }
    });
    return {};
  }

  const axis = { x: 'message size', xUnit: 'B', y: 'time per message' };
  return { name, title, metrics: metricsOf(sizes, showBytes), axis, run, maxRounds };
}

/** Queues of growing length: everything is sent at once, and timed until all of it has arrived. */
export function backlogGrowth({ name, title, bytes, lengths, quickLengths, maxRounds }) {
  // Short queues are over too soon for one measurement.
  const repeats = (length) => Math.max(1, Math.min(15, Math.floor(30_000 / length)));

  async function run(implementation, _scale, { quick, tell }) {
    const points = quick ? quickLengths : lengths;
    const batches = points.flatMap((length) => Array(repeats(length)).fill(length));
    const args = ['object', bytes, lengths[0], ...batches].map(String);
    const { make } = messageKinds.messages('object', bytes);
    await withChild(implementation, 'sink.cjs', { args }, async (child, nextMessage) => {
      await timed(implementation, sendFlood, child, nextMessage, lengths[0], make);
      for (const length of points) {
        const times = [];
        for (let n = 0; n < repeats(length); n++)
          times.push(await timed(implementation, sendFlood, child, nextMessage, length, make));
        tell({ [length]: (median(times) * 1000) / length });
        stopIfSlow(Math.max(...times), length, points);
      }
    });
    return {};
  }

  const axis = { x: 'messages queued at once', xUnit: '', y: 'time per message' };
  const label = (length) => length.toLocaleString('en-US');
  return { name, title, metrics: metricsOf(lengths, label), axis, run, maxRounds };
}

async function timed(implementation, send, child, nextMessage, count, make) {
  const sent = new sequences.Sequence();
  const reply = nextMessage();
  const begun = performance.now();
  await send(implementation, child, count, (seq) => {
    const message = make(seq);
    sent.add(make.numberOf === undefined ? seq : make.numberOf(seq));
    return message;
  });
  sent.compare(await reply);
  return performance.now() - begun;
}

function stopIfSlow(ms, point, points) {
  if (ms < ENOUGH_MS || point === points.at(-1)) return;
  throw new Unsupported(`the curve ends at ${point}, which took ${(ms / 1000).toFixed(1)} s`);
}

function showBytes(bytes) {
  for (const [unit, size] of [
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ]) {
    if (bytes >= size) return `${bytes / size} ${unit}`;
  }
  return `${bytes} B`;
}
