// The files of dist/, and what is in each.

/** What programs import. Each has an ES module wrapper and types. */
export const FACES = ['index', 'child', 'register', 'nats'];
/** Files that are started or loaded by their path, and their sources. */
const PROGRAMS = {
  /** What FORKWIRE_TOP loads. */
  top: 'observe/top',
  /** The requests of a child whose channel is Node's own. */
  stock: 'stock/requests',
  /** The command `forkwire`, and the child of its self-test. */
  cli: 'cli/main',
  'doctor-child': 'cli/doctor/child',
};
/** What is loaded past Node's module loader: by the first child, and in a child; and by the first use of what it has. */
const PRIVATE = {
  loader: 'loader',
  channels: 'channels',
  extra: 'extra',
  parent: 'parent',
  spare: 'spare',
  cluster: 'cluster/index',
};
const SHARED = { top: 'observe/top' }; // what a bundle loads and does not contain: a process has one instance
const LOADED = { index: 'index', nats: 'nats' }; // what a face or a program loads of the others
/** The modules that those bundles get from their loader. */
const GIVEN = { files: 'platform/files', captured: 'platform/captured', shared: 'start/shared' };
/** What parent.js is given by channels.js, beside that. See src/channels.ts. */
const GIVEN_PARENT = {
  ...GIVEN,
  attach: 'start/attach',
  errors: 'errors',
  'load-extra': 'channel/load-extra',
  native: 'addon/native',
  primordials: 'platform/primordials',
  show: 'observe/show',
  trace: 'observe/trace/trace',
};
/** What extra.js and cluster.js are given by the bundle that loads them. See src/channel/load-extra.ts. */
const { files, captured, native, primordials } = GIVEN_PARENT;
const GIVEN_EXTRA = { files, captured, native, primordials };
/** The parts of channels.js that few processes need, and none for its first plain messages. */
const LATE = [
  'channel/receive-handles',
  'channel/send-handles',
  'channel/send-many',
  'channel/send-needing',
  'handles/accounting',
  'observe/trace/received',
  'observe/trace/trace',
  'serialization/outline',
  'serialization/shapes',
  'serialization/structured',
];
/** Loaded by Node itself, before the program. */
export const UNSEEN = ['preload', 'register'];
/** What takes built-in modules without the loader. The others of this kind are {@link UNSEEN}. */
export const DIRECT = ['index'];
/** The functions of a file that are called whenever it is loaded. See eager(). In the preload, it did not pay. */
export const EAGER = {
  index: ['lazy', 'lazyClass', 'mark'],
  register: [
    'forget',
    'identify',
    'isRegistered',
    'loaderOf',
    'mark',
    'mayBeImported',
    'parentOf',
    'remove',
    'replace',
  ],
};
export { SHARED };

/** In the preload. */
const EARLY = { 'platform/captured': 'platform/captured-early' };

/**
 * The bundles: their sources, the sources that stay outside, those that are compiled late, those that replace others, whether the bundle
 * has what captured.js would give it, for a child, and whether the build wraps it for what loads it.
 */
export const BUNDLES = [
  { sources: Object.fromEntries(FACES.map((name) => [name, name])), shared: { ...SHARED, ...LOADED } },
  { sources: PROGRAMS, shared: { ...SHARED, ...LOADED } },
  { sources: { preload: 'preload' }, shared: { ...SHARED, ...LOADED }, places: EARLY },
  {
    sources: { channels: PRIVATE.channels },
    shared: { ...SHARED, ...GIVEN },
    late: LATE,
    captures: GIVEN.captured,
  },
  { sources: { loader: PRIVATE.loader }, shared: { ...SHARED, ...GIVEN }, wrap: true },
  { sources: { parent: PRIVATE.parent }, shared: { ...SHARED, ...GIVEN_PARENT } },
  { sources: { spare: PRIVATE.spare }, shared: { ...SHARED, ...GIVEN, channels: 'channels' } },
  {
    sources: { extra: PRIVATE.extra, cluster: PRIVATE.cluster },
    shared: { ...SHARED, ...GIVEN_EXTRA },
  },
];
