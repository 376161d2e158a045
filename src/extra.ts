// What a plain channel does not need, in one bundle that is loaded when something of it is first used.
import type { Extra } from './channel/extra.js';
import { adoptHandle, openPort } from './ports/adopt.js';
import { MessageChannel } from './ports/message-channel.js';
import { MessagePort } from './ports/message-port.js';
import { dispose } from './promises/dispose.js';
import { messages } from './promises/messages.js';
import { next } from './promises/next.js';
import { post } from './promises/post.js';
import { spares } from './prefork/spares.js';
import { version } from './platform/version.js';

const extra: Extra = {
  version,
  dispose,
  messages,
  next,
  post,
  port: openPort as unknown as Extra['port'],
  adopt: adoptHandle,
  MessageChannel: MessageChannel as unknown as Extra['MessageChannel'],
  MessagePort: MessagePort as unknown as Extra['MessagePort'],
  spares,
};

export = extra;
