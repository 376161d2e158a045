import { notSerializable } from '../errors.js';

/**
 * @throws what JSON.stringify throws; ERR_FORKWIRE_NOT_SERIALIZABLE where it gives undefined, which on the wire
 * would be no message at all
 */
export function toJson(message: unknown): string {
  const text = JSON.stringify(message) as string | undefined;
  if (text === undefined) throw notSerializable();
  return text;
}

/** The messages of a run, or undefined if at least one of them cannot be read or breaks out of its place. */
export function parseRun(text: string, count: number): unknown[] | undefined {
  try {
    const messages = JSON.parse(text) as unknown[];
    return messages.length === count ? messages : undefined;
  } catch {
    return undefined;
  }
}
