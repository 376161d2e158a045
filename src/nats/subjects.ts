// The subjects of a port. docs/nats.md describes what is sent on each.
import { invalidArgument, invalidValue } from '../errors.js';

/** Tokens that are not empty and have neither white space, wildcards nor control characters. */
// eslint-disable-next-line no-control-regex
const SUBJECT = /^[^\s.*>\x00-\x20\x7f]+(?:\.[^\s.*>\x00-\x20\x7f]+)*$/u;
/** In front of the number of a request: what comes after it is ours, in its version 1. */
export const MARK = 'fw1';
/** Bytes: a server reads lines of 4,096, and a line has two subjects and a queue. */
const LONGEST = 1024;

export interface Subjects {
  readonly requests: string;
  readonly messages: string;
  readonly cancel: string;
  readonly probe: string;
  readonly room: string;
}

/** @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE */
export function subjectsOf(subject: unknown): Subjects {
  const requests = checkSubject(subject, 'subject');
  return {
    requests,
    messages: `${requests}._message`,
    cancel: `${requests}._cancel`,
    probe: `${requests}._probe`,
    room: `${requests}._room`,
  };
}

/** @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE */
export function checkSubject(subject: unknown, name: string): string {
  if (typeof subject !== 'string') throw invalidArgument(name, 'of type string', subject);
  if (subject.length > LONGEST || !SUBJECT.test(subject)) {
    throw invalidValue(
      name,
      `must be words joined by dots, without spaces, '*' and '>', ${LONGEST} characters at most. Received '${subject.slice(0, 100)}'`,
    );
  }
  return subject;
}

/** The number at the end of a subject; NaN without one. */
export function numberOf(subject: string): number {
  const digits = subject.slice(subject.lastIndexOf('.') + 1);
  return /^\d{1,15}$/.test(digits) ? +digits : NaN;
}
