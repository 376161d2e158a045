// Writes down what the parser of a server reports, in place of what the server would do with it.
import type { IncomingMessage } from 'node:http';
import { ArrayPrototypePush } from '../platform/primordials.js';
import type { Parser } from './insides.js';
import { body, end, head } from './transcript.js';
import type { Report, Reports } from './transcript.js';

type Pushed = Omit<IncomingMessage, 'push'> & { push?: (bytes: Buffer | null) => boolean };

/**
 * The parser's own functions stay: Node 26 looks some of them up only once. They call the members that are replaced here.
 * Returns what undoes it.
 */
export function record(parser: Parser, first: IncomingMessage, reports: Reports): () => void {
  const { onIncoming } = parser;
  const shadowed: Pushed[] = [];
  const add = (report: Report, replay?: () => void): void =>
    void ArrayPrototypePush(reports, replay === undefined ? report : { ...report, replay });

  const shadow = (request: Pushed): void => {
    ArrayPrototypePush(shadowed, request);
    request.push = (bytes) => {
      const replay = (): void => void (request as unknown as IncomingMessage).push(bytes);
      add(bytes === null ? end(request.rawTrailers) : body(bytes), replay);
      return true;
    };
  };

  shadow(first);
  parser.onIncoming = (request, keepAlive) => {
    const { rawHeaders, url, upgrade } = request as IncomingMessage & { readonly upgrade?: boolean };
    // Nobody can take up an upgrade again: what follows it is no longer in the parser by then.
    const replay = upgrade === true ? undefined : () => void onIncoming?.(request, keepAlive);
    add(head(rawHeaders, url, keepAlive), replay);
    // The server would look for an upgrade in the last request.
    if (upgrade === true) parser.incoming = substitute(add);
    else shadow(request as Pushed);
    return 0;
  };
  return () => {
    parser.onIncoming = onIncoming;
    for (const request of shadowed) delete request.push;
  };
}

function substitute(add: (report: Report) => void): IncomingMessage {
  const push = (): boolean => {
    add(end([]));
    return true;
  };
  return { push, _addHeaderLines() {} } as unknown as IncomingMessage;
}
