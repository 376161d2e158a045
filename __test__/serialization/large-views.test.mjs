import { both, onlyForkwire } from '../helpers/cases.mjs';
import { when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import patterned from '../helpers/patterned.cjs';

// Large views take a separate path to the socket. The result must not show it.
const SIZE = 24_000;
const bytes = (seed) => patterned.bytes(SIZE, seed);
const fill = (view, seed) => {
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(patterned.bytes(view.byteLength, seed));
  return view;
};
const kinds = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
];

async function echoed(share, message) {
  const child = share('echo.cjs', { serialization: 'advanced' });
  const answer = when(child, 'message');
  child.send(message);
  return (await answer)[0];
}

both('large views of each kind arrive with their type', async (t, { share }) => {
  for (const Kind of kinds) {
    const sent = { view: fill(new Kind(SIZE), 1), small: new Kind(3), text: 'between' };
    t.deepEqual(await echoed(share, sent), sent, Kind.name);
  }
  const floats = {
    f: Float64Array.from({ length: SIZE }, (_, i) => i / 7),
    g: new Float32Array(SIZE).fill(0.5),
  };
  t.deepEqual(await echoed(share, floats), floats);
  const view = fill(new DataView(new ArrayBuffer(SIZE)), 2);
  t.deepEqual(await echoed(share, [view]), [view]);
});

both('many large views in one message arrive in their places', async (t, { share }) => {
  const sent = Array.from({ length: 20 }, (_, i) => bytes(i).subarray(0, SIZE - i));
  const got = await echoed(share, sent);
  t.true(got.every((one, i) => Buffer.isBuffer(one) && one.equals(sent[i])));
});

both('slices of buffers at odd offsets arrive as slices', async (t, { share }) => {
  const whole = bytes(3);
  const sent = [
    whole.subarray(1),
    whole.subarray(3, SIZE - 2),
    new Uint16Array(whole.buffer, whole.byteOffset + (whole.byteOffset % 2), 9000),
  ];
  t.deepEqual(await echoed(share, sent), sent);
});

both('one view twice in a message is one view on the other side', async (t, { share }) => {
  const view = bytes(4);
  const got = await echoed(share, { a: view, b: [view] });
  t.is(got.a, got.b[0]);
  t.true(got.a.equals(view));
});

both('a large view arrives as it was when it was sent', async (t, { share }) => {
  const child = share('echo.cjs', { serialization: 'advanced' });
  const inbox = new Inbox(child);
  const view = Buffer.alloc(4 << 20, 1);
  // More than the kernel takes at once, so the rest is written later.
  for (let i = 1; i <= 8; i++) {
    view.fill(i);
    child.send(view);
  }
  view.fill(0);
  for (const [i, got] of (await inbox.take(8)).entries()) t.true(got.every((byte) => byte === i + 1));
});

both('views of shared memory arrive with their contents', async (t, { share }) => {
  const view = new Uint8Array(new SharedArrayBuffer(SIZE)).fill(7);
  t.deepEqual(await echoed(share, { view }), { view: new Uint8Array(SIZE).fill(7) });
});

both('a received large view can be written to', async (t, { share }) => {
  const got = await echoed(share, [bytes(5), bytes(6)]);
  got[0].fill(0);
  t.true(got[1].equals(bytes(6)));
});

// Stock Node copies each view when it reaches it; forkwire, when the whole message is known.
onlyForkwire(
  'a getter that detaches a view meanwhile is an error and breaks nothing else',
  async (t, { share }) => {
    const child = share('echo.cjs', { serialization: 'advanced' });
    const view = new Uint8Array(SIZE).fill(1);
    const message = {
      view,
      get other() {
        if (view.byteLength > 0) structuredClone(view, { transfer: [view.buffer] });
        return 'taken';
      },
    };
    t.throws(() => child.send(message), { instanceOf: TypeError });
    child.send('the next');
    t.is(await new Inbox(child).next(), 'the next');
  },
);
