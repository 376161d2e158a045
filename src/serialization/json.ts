import { notSerializable } from '../errors.js';
import { noteText } from './long-strings.js';
import { JSONParse, JSONStringify } from '../platform/primordials.js';

/**
 * @throws what JSON.stringify throws; ERR_FORKWIRE_NOT_SERIALIZABLE where it returns undefined, which is not a message on the
 * wire
 */
export function toJson(message: unknown): string {
  const text = JSONStringify(message) as string | undefined;
  if (text === undefined) throw notSerializable();
  noteText(text.length);
  return text;
}

/** The messages of a run, or undefined if at least one of them cannot be read or reaches beyond its place. */
export function parseRun(text: string, count: number): unknown[] | undefined {
  try {
    const messages = JSONParse(text) as unknown[];
    return messages.length === count ? messages : undefined;
  } catch {
    return undefined;
  }
}
