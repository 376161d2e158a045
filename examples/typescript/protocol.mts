// The messages between parent.mts and sub.mts.
export interface Request {
  prices: Map<string, bigint>;
}

export interface Response {
  total: bigint;
}
