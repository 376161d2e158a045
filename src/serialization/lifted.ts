// Json text whose long strings come beside it, so that JSON.parse() does not look at each of their characters.
import type { LiftedText } from '../addon/payload.js';
import { JSONParse } from '../platform/primordials.js';

/** The format of such a text in what the addon delivers. */
export const LIFTED = 3;

/** What is in the place of string number n, followed by n, on its way into the addon or out of it. */
export const PLACEHOLDER = 'forkwire:lifted:';

/** @throws what JSON.parse() throws for the text with placeholders: if that is not json, the whole was none */
export function parseLifted(lifted: LiftedText): unknown {
  const root = { message: JSONParse(lifted[0]) as unknown };
  const paths = JSONParse(lifted[1]) as (readonly (string | number)[])[];
  for (let n = 0; n < paths.length; n++) put(root, paths[n] ?? [], PLACEHOLDER + n, lifted[n + 2] as string);
  return root.message;
}

/** If the same key is there twice, the path may lead to another value, or nowhere. Then there is nothing to replace. */
function put(root: object, path: readonly (string | number)[], placeholder: string, string: string): void {
  let holder = root as Record<string | number, unknown>;
  let key: string | number = 'message';
  for (let i = 0; i < path.length; i++) {
    const inner = holder[key];
    if (typeof inner !== 'object' || inner === null) return;
    holder = inner as typeof holder;
    key = path[i] as string | number;
  }
  if (holder[key] === placeholder) holder[key] = string;
}
