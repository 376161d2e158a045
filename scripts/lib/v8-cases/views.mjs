// Cases of bytes: ArrayBuffers and the views of them.

const bytes = (...values) => new Uint8Array(values).buffer;
const resizable = (length, maxByteLength) => new ArrayBuffer(length, { maxByteLength });

function everyKind() {
  return [
    new Int8Array([-1, 2]),
    new Uint8Array([1, 255]),
    new Uint8ClampedArray([3]),
    new Int16Array([-2]),
    new Uint16Array([65535]),
    new Int32Array([-3]),
    new Uint32Array([4294967295]),
    new Float32Array([1.5]),
    new Float64Array([-0, 2.5]),
    new DataView(bytes(1, 2, 3), 1),
    Buffer.from('buffer'),
    new BigInt64Array([-1n]),
    new BigUint64Array([2n ** 63n]),
  ];
}

function everyKindOver() {
  return [
    new Int8Array(bytes(255)),
    new Uint8Array(bytes(1)),
    new Uint8ClampedArray(bytes(3)),
    new Int16Array(bytes(1, 2)),
    new Uint16Array(bytes(3, 4)),
    new Int32Array(bytes(1, 2, 3, 4)),
    new Uint32Array(bytes(5, 6, 7, 8)),
    new Float32Array(bytes(0, 0, 192, 63)),
    new Float64Array(bytes(0, 0, 0, 0, 0, 0, 248, 63)),
    new DataView(bytes(1, 2, 3), 1, 1),
    new BigInt64Array(bytes(1, 0, 0, 0, 0, 0, 0, 0)),
    new BigUint64Array(bytes(2, 0, 0, 0, 0, 0, 0, 0)),
  ];
}

function slices() {
  const all = bytes(1, 2, 3, 4);
  return [new Uint8Array(all, 1, 2), new Uint16Array(all), Buffer.from(all, 3)];
}

function sharedBuffer() {
  const all = bytes(1, 2, 3, 4);
  const view = new Uint8Array(all, 1, 2);
  return [view, new Uint16Array(all), view, all];
}

function ofResizable() {
  const follows = new DataView(resizable(3, 9), 1);
  return [new Uint8Array(resizable(4, 9), 1, 2), follows, new Uint16Array(resizable(6, 9))];
}

export const views = [
  ['array-buffers', 20, 'ArrayBuffers', () => [bytes(1, 2, 3), bytes()]],
  ['resizable', 20, 'resizable ArrayBuffers', () => [resizable(2, 5), resizable(0, 0)]],
  ['views', 20, 'every kind of view but one', everyKind],
  ['float16', 24, 'a Float16Array', () => [new Float16Array([1, -2])]],
  ['view-slices', 20, 'views of one buffer: the bytes of each are sent', slices],
];

/** Written by a plain v8.Serializer, which uses V8's own format for views. */
export const written = [
  ['raw-views', 20, 'every kind of view but one, each over a buffer', everyKindOver],
  ['raw-float16', 24, 'a Float16Array over a buffer', () => [new Float16Array(bytes(0, 60))]],
  ['raw-shared', 20, 'views of one buffer, one of them twice, and the buffer', sharedBuffer],
  ['raw-resizable', 20, 'views of resizable buffers: fixed, and following the buffer', ofResizable],
];
