// The child of parent.mts.
import type { Request, Response } from './protocol.mts';

process.on('message', ({ prices }: Request) => {
  const response: Response = { total: [...prices.values()].reduce((sum, price) => sum + price, 0n) };
  process.send?.(response);
});
