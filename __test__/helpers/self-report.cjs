/** What a program can observe about how it was started. */
module.exports = function selfReport() {
  const describe = (name) => {
    const descriptor = Object.getOwnPropertyDescriptor(process, name);
    if (descriptor === undefined) return 'absent';
    const { value, ...attributes } = descriptor;
    return { ...attributes, type: value === null ? 'null' : typeof value, ...functionParts(value) };
  };
  return {
    argv: process.argv,
    argv0: process.argv0,
    execArgv: process.execArgv,
    title: process.title === process.argv0 || process.title,
    envKeys: Object.keys(process.env).sort(),
    nodeVariables: Object.entries(process.env).filter(([name]) => /NODE_CHANNEL|FORKWIRE_CHANNEL/.test(name)),
    required: Object.keys(require.cache).filter((file) => !file.includes('helpers')),
    preloaded: process._preload_modules,
    main: require.main?.filename ?? null,
    mainChildren: require.main?.children.map(({ filename }) => filename) ?? null,
    mainParent: require.main === undefined ? null : (require.main.parent ?? null) === null,
    events: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
    listeners: ['newListener', 'removeListener', 'internalMessage'].map((event) =>
      process.listeners(event).map(functionParts),
    ),
    members: Object.fromEntries(
      ['send', 'connected', 'disconnect', 'channel'].map((name) => [name, describe(name)]),
    ),
    memberOrder: Object.keys(process).filter((key) =>
      ['send', 'connected', 'disconnect', 'channel'].includes(key),
    ),
    publicKeys: Object.keys(process).filter((key) => !key.startsWith('_')),
    globals: Object.getOwnPropertyNames(globalThis).sort(),
    resources: process.getActiveResourcesInfo?.().sort(),
    stackTraceLimit: Error.stackTraceLimit,
    prepareStackTrace: typeof Error.prepareStackTrace,
    extensions: Object.keys(require.extensions),
    exitCode: process.exitCode ?? null,
    moduleWrap: require('node:module').wrapper?.length,
    umask: process.umask(),
  };
};

function functionParts(value) {
  return typeof value === 'function'
    ? { name: value.name, length: value.length, own: Object.keys(value) }
    : undefined;
}
