// Finds where a request's body begins in what was read together with its head. Node's parser does not say it: it has read on
// by the time anybody can ask, into a body or into the head of the next request.
//
// The head ends with a blank line. Each blank line is tried: a second parser reads the head and then what follows that line,
// and must report what the first one did. If two lines fit, what is between them is blank, and means nothing to a parser.
import {
  ArrayPrototypePush,
  BufferPrototypeToString,
  TypedArrayPrototypeSubarray,
} from '../platform/primordials.js';
import { httpCommon } from './insides.js';
import type { CountingServer } from './insides.js';
import { NO_TRAILERS, listen, textOf } from './transcript.js';
import type { Report } from './transcript.js';

/** A client can send as many blank lines as it likes. */
const MOST_TRIES = 32;

const LF = 10;
const CR = 13;

/** What makes more follow than the head. */
const MORE = /^CONNECT |\r\n(?:content-length|transfer-encoding|upgrade)[ \t]*:/i;

/** Parses as the parser of the server does. */
export interface Rules {
  readonly maxHeaderSize: number;
  readonly leniency: number;
}

export function rulesOf(server: CountingServer | null | undefined): Rules {
  const {
    maxHeaderSize = 0,
    httpValidation,
    insecureHTTPParser,
  } = (server ?? {}) as unknown as Record<string, never>;
  const common = httpCommon();
  const insecure = (insecureHTTPParser as boolean | undefined) ?? common.isLenient();
  const { kLenientAll, kLenientNone } = common.HTTPParser;
  const leniency = common.calculateLenientFlags?.(httpValidation, insecureHTTPParser);
  return { maxHeaderSize, leniency: leniency ?? (insecure ? kLenientAll : kLenientNone) | 0 };
}

/**
 * @param chunk what was read, which has the end of the head in it
 * @param head the whole head
 * @param reports what the parser of the server has reported after the head
 * @returns what follows the head in the chunk; undefined if that cannot be found out
 */
export function tailOf(
  chunk: Buffer,
  head: Buffer,
  reports: readonly Report[],
  rules: Rules,
): Buffer | undefined {
  const ends = endsOfHeads(chunk);
  if (ends.length === 1 && ends[0] === chunk.length && isAlone(head, reports))
    return TypedArrayPrototypeSubarray(chunk, chunk.length);
  const wanted = textOf(reports);
  // Each later request has a blank line of its own.
  const latest = ends.length - 1 - reports.filter(({ kind }) => kind === 'head').length;
  for (let i = latest; i >= 0 && latest - i < MOST_TRIES; i--) {
    const tail = TypedArrayPrototypeSubarray(chunk, ends[i]);
    if (textOf(reportsOn(head, tail, rules)) === wanted) return tail;
  }
  return undefined;
}

/** Whether a request consists of its head, as most do. To parse it once more takes as long as to send it. */
function isAlone(head: Buffer, reports: readonly Report[]): boolean {
  const [report] = reports;
  if (reports.length !== 1 || report?.kind !== 'end' || report.text !== NO_TRAILERS) return false;
  return !MORE.test(BufferPrototypeToString(head, 'latin1'));
}

/** The offsets after each blank line. A line may have begun in the chunk before. */
function endsOfHeads(chunk: Buffer): number[] {
  const ends: number[] = [];
  let blank = true;
  for (let at = 0; at < chunk.length; at++) {
    const byte = chunk[at];
    if (byte === LF) {
      if (blank) ArrayPrototypePush(ends, at + 1);
      blank = true;
    } else if (byte !== CR) {
      blank = false;
    }
  }
  return ends;
}

/** What a parser reports after the head. */
function reportsOn(head: Buffer, tail: Buffer, { maxHeaderSize, leniency }: Rules): Report[] {
  const { HTTPParser } = httpCommon();
  const parser = new HTTPParser();
  const reports: Report[] = [];
  try {
    parser.initialize(HTTPParser.REQUEST, {}, maxHeaderSize, leniency);
    listen(parser, reports, HTTPParser);
    parser.execute(head);
    if (tail.length > 0) parser.execute(tail);
  } finally {
    parser.close();
  }
  return reports.slice(1 + reports.findIndex(({ kind }) => kind === 'head'));
}
