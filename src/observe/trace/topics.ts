// FORKWIRE_DEBUG: what to report on standard error.
import { say } from './line.js';
import { JSONStringify, SafeSet } from '../../platform/primordials.js';

/** docs/observing.md says what each of them reports. */
export const TOPICS = ['channels', 'messages', 'handles', 'settled', 'drains', 'errors'] as const;

export type Topic = (typeof TOPICS)[number];

const complained = new SafeSet<string>();

/**
 * The topics that a value of FORKWIRE_DEBUG asks for: names separated by commas, `1` (channels) or `all`. Undefined if it asks for
 * none. Unknown names are reported once and ignored.
 */
export function topicsOf(value: string | undefined): ReadonlySet<Topic> | undefined {
  if (value === undefined || value === '' || value === '0' || value === 'off') return undefined;
  const topics = new SafeSet<Topic>();
  for (const name of value.split(/[\s,]+/)) {
    if (name === '1' || name === 'true') topics.add('channels');
    else if (name === 'all' || name === '*') for (const topic of TOPICS) topics.add(topic);
    else if (isTopic(name)) topics.add(name);
    else if (name !== '') complain(name);
  }
  return topics.size === 0 ? undefined : topics;
}

function isTopic(name: string): name is Topic {
  return (TOPICS as readonly string[]).includes(name);
}

function complain(name: string): void {
  if (complained.has(name)) return;
  complained.add(name);
  say(`FORKWIRE_DEBUG: unknown topic ${JSONStringify(name)}; the topics are 1, ${TOPICS.join(', ')} and all`);
}
