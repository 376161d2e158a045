// The values recorded in crates/proto/tests/fixtures/v8: one per case. The expectation is the test of the same
// name in crates/proto/tests/v8_fixtures.rs.
//
// A case is [name, oldest Node that has the value, what it is, a function that makes the value].
import { objects } from './objects.mjs';
import { primitives } from './primitives.mjs';
import { views } from './views.mjs';

export { written } from './views.mjs';

/** Sent over a real channel with serialization 'advanced'. */
export const sent = [...primitives, ...objects, ...views];
