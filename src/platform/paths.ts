// The files of this package that are loaded by their path.
import { sep } from 'node:path';

const dist = `${__dirname}${sep}`;

export const PRELOAD = `${dist}preload.js`;
export const CHANNELS = `${dist}channels.js`;
/** What a parent loads beside them. */
export const PARENT = `${dist}parent.js`;
/** What a spare process runs in place of it. */
export const SPARE = `${dist}spare.js`;
export const EXTRA = `${dist}extra.js`;
/** The requests of a child whose channel is Node's own. */
export const STOCK = `${dist}stock.js`;
export const CLUSTER = `${dist}cluster.js`;
export const REGISTER = `${dist}register.js`;
export const REGISTER_MODULE = `${dist}register.mjs`;
