// Whether the names that programs import from node:child_process have to be updated. Node fills them in when the module is first
// imported, so not if this program has not even loaded it. To update those of all built-in modules takes 0.15 ms.
// This is to be imported before what loads node:child_process.

const MODULE = 'NativeModule child_process';

/** Node's list of its modules that are loaded. Not documented, so that it may be missing, or have other names. */
const loaded = () => (process as { moduleLoadList?: unknown }).moduleLoadList;

const includes = (list: unknown) => Array.isArray(list) && list.includes(MODULE);

const wasLoaded = includes(loaded());

/** Call it once node:child_process is loaded. True as well if Node does not say when. */
export function mayBeImported(): boolean {
  return wasLoaded || !includes(loaded());
}
