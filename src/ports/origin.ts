// What a port is made from.
import type { Settings } from '../channel/settings.js';
import type { End } from './end.js';
import type { Half } from './half.js';

/** What a port is made of, and what it is part of. */
export interface Origin {
  readonly ends: readonly End[];
  readonly settings: Settings;
  /** Of a port of a MessageChannel that was made here. */
  readonly half?: Half;
  /** Of a port that was got by its name, which cannot be sent. */
  readonly name?: string;
  /** Whether the pair of a port with a name was made here. */
  readonly made?: boolean;
  /** The port is closed, or was sent. */
  readonly onGone?: () => void;
}
