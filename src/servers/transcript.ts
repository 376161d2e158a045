// What an HTTP parser reports, as a list that can be compared.
import { ArrayPrototypePush, BufferPrototypeToString, JSONStringify } from '../platform/primordials.js';
import type { Parser, ParserClass } from './insides.js';

export interface Report {
  readonly kind: 'head' | 'body' | 'end';
  readonly text: string;
  /** Does what was to be done with it. */
  readonly replay?: () => void;
}

export type Reports = Report[];

type Head = readonly [headers: readonly string[], target: string | undefined, keepAlive: boolean | undefined];

export const head = (...[headers, target, keepAlive]: Head): Report => ({
  kind: 'head',
  text: JSONStringify([headers, target, keepAlive]),
});

export const body = (bytes: Uint8Array): Report => ({
  kind: 'body',
  text: BufferPrototypeToString(bytes, 'latin1'),
});

/** What the end of a message without trailers has as its text. */
export const NO_TRAILERS = '[]';

export const end = (trailers: readonly string[]): Report => ({
  kind: 'end',
  text: trailers.length === 0 ? NO_TRAILERS : JSONStringify(trailers),
});

/** Writes down what a parser of nobody reports. */
export function listen(parser: Parser, reports: Reports, at: ParserClass): void {
  let headers: string[] = [];
  let target = '';
  const add = (report: Report): void => {
    ArrayPrototypePush(reports, report);
    if (report.kind === 'body') return;
    headers = [];
    target = '';
  };
  parser[at.kOnHeaders] = (some: readonly string[], part: string) => {
    headers = [...headers, ...some];
    target += part;
  };
  parser[at.kOnHeadersComplete] = (...args: unknown[]) => {
    const [own, url, keepAlive] = [args[2], args[4], args[8]] as [string[]?, string?, boolean?];
    add(head(own ?? headers, url ?? target, keepAlive));
    return 0;
  };
  parser[at.kOnBody] = (bytes: Buffer) => add(body(bytes));
  parser[at.kOnMessageComplete] = () => add(end(headers));
}

/** The same for the same reports, however a body was divided. */
export function textOf(reports: readonly Report[]): string {
  let text = '';
  let before: string | undefined;
  for (const report of reports) {
    if (report.kind !== 'body' || before !== 'body') text += `\n${report.kind} `;
    text += report.text;
    before = report.kind;
  }
  return text;
}
