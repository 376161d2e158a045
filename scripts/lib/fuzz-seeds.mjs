// The first inputs of the fuzz targets: what Node wrote (the fixtures of crates/proto), and a few streams made here.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const fixtures = join(root, 'crates', 'proto', 'tests', 'fixtures');

/** A stream that is read at once: the targets of the wires take the number of reads first. */
const ONE_READ = Buffer.from([0]);

const seeds = {
  native: () => nativeStreams().map((stream) => Buffer.concat([ONE_READ, stream])),
  node_json: () => recorded('json').map((part) => Buffer.concat([ONE_READ, part])),
  node_advanced: () => recorded('advanced').map((part) => Buffer.concat([ONE_READ, part])),
  v8: () => payloads(),
  windows: () => pipeFrames().map((frames) => Buffer.concat([ONE_READ, frames])),
  port: () => portStates(),
  pair: () => [0, 1, 2, 3].map((wire) => Buffer.concat([Buffer.from([wire]), Buffer.alloc(400, 'forkwire')])),
};

/** The length of a state, a state (crates/proto/src/connection/suspend.rs), and what is read after it. */
function portStates() {
  const counts = 5;
  const head = Buffer.alloc(2 + counts * 8 + 4);
  head[0] = 1; // the version
  return nativeStreams().flatMap((stream) =>
    [0, 7].map((unread) => {
      const length = Buffer.alloc(2);
      length.writeUInt16LE(head.length + unread);
      return Buffer.concat([length, head, stream]);
    }),
  );
}

/** Writes the seeds of a target into its corpus. */
export function fillCorpus(target, folder) {
  for (const [n, seed] of (seeds[target]?.() ?? []).entries()) {
    writeFileSync(join(folder, `seed-${n}`), seed);
  }
}

/** What stock Node wrote in one mode, in parts of a few messages: long inputs are slow to mutate. */
function recorded(mode) {
  const folder = join(fixtures, 'node-wire');
  return readdirSync(folder)
    .filter((name) => name.endsWith(`-${mode}.bin`))
    .flatMap((name) => {
      const stream = readFileSync(join(folder, name));
      return messages(mode, stream).filter((message) => message.length < 4096);
    });
}

function messages(mode, stream) {
  const all = [];
  for (let at = 0; at < stream.length;) {
    const end = mode === 'json' ? stream.indexOf(10, at) + 1 : at + 4 + stream.readUInt32BE(at);
    all.push(stream.subarray(at, end));
    at = end;
  }
  return all;
}

/** Each payload of the structured clone fixtures. */
function payloads() {
  const folder = join(fixtures, 'v8');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.bin'))
    .flatMap((name) => messages('advanced', readFileSync(join(folder, name))))
    .map((message) => message.subarray(4));
}

function frame(kind, flags, handles, body) {
  const header = Buffer.alloc(8);
  header.set([kind, flags, handles]);
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body]);
}

/** Streams of the native wire, one for each kind of frame: docs/protocol.md. */
function nativeStreams() {
  const hello = frame(1, 0, 0, Buffer.from('FKWR\x01\0', 'latin1'));
  const number = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  const streams = [
    [frame(2, 0, 0, Buffer.from('{"a":[1,"é"]}'))],
    [frame(2, 1, 0, Buffer.from('{"cmd":"NODE_CLUSTER"}'))],
    [frame(4, 0, 1, Buffer.alloc(0)), frame(2, 0, 1, Buffer.from('\x01\x02\0noteless', 'latin1'))],
    [frame(5, 0, 0, number), frame(6, 0, 0, Buffer.concat([number, Buffer.from([2])]))],
    [frame(7, 0, 0, Buffer.alloc(0)), frame(5, 0, 0, number)],
    ...payloads().map((payload) => [frame(3, 0, 0, payload)]),
  ];
  return streams.map((frames) => Buffer.concat([hello, ...frames]));
}

/** Frames of libuv's Windows pipes: data, a listener, a connection with data. */
function pipeFrames() {
  const header = (flags, data) => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(flags, 0);
    bytes.writeUInt32LE(data, 8);
    return bytes;
  };
  const socket = Buffer.alloc(632, 7);
  const text = Buffer.from('{"a":1}\n');
  return [
    Buffer.concat([header(1, text.length), text]),
    Buffer.concat([header(2, 0), socket]),
    Buffer.concat([header(7, text.length), socket, text, header(1, text.length), text]),
  ];
}
