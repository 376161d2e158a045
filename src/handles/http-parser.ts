/** The parts of a connection of http.Server that its parser holds. */
export interface ParsedSocket {
  parser?: object | null;
  _httpMessage?: { detachSocket(socket: unknown): void } | null;
}

/** An HTTP connection that leaves for another process gives its parser back, as in Node. */
export function releaseParser(socket: ParsedSocket): void {
  const { parser } = socket;
  if (!parser) return;
  const { freeParser, HTTPParser } = require('node:_http_common') as {
    freeParser(parser: object, request: null, socket: ParsedSocket): void;
    HTTPParser: new () => object;
  };
  if (!(parser instanceof HTTPParser)) return;
  freeParser(parser, null, socket);
  socket._httpMessage?.detachSocket(socket);
}
