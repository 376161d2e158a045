// What a plain channel does not need, in one bundle that is loaded when something of it is first used.
import type { Extra } from './channel/extra.js';
import { dispose } from './promises/dispose.js';
import { messages } from './promises/messages.js';
import { next } from './promises/next.js';
import { post } from './promises/post.js';
import { version } from './platform/version.js';

const extra: Extra = { version, dispose, messages, next, post };

export = extra;
