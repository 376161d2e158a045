// What parent.mts and sub.mts say to each other.
export interface Request {
  prices: Map<string, bigint>;
}

export interface Response {
  total: bigint;
}
