// What one child and its parent will do, derived from one seed.
const { Random } = require('./random.cjs');

/** How a run ends, which side ends it, and whether everything in a direction must arrive, for each wire. */
const ends = {
  // Everything has been sent and received both ways, then the parent disconnects.
  complete: { by: 'parent', weight: 5 },
  'parent disconnects': { by: 'parent', weight: 3 },
  'child disconnects': { by: 'child', weight: 3 },
  'child exits': { by: 'child', weight: 4 },
  'child throws': { by: 'child', weight: 2 },
  'child is killed': { by: 'parent', weight: 4 },
};
const weighted = Object.entries(ends).flatMap(([how, { weight }]) => Array(weight).fill(how));

/** How one side sends and reads. */
function habits(random) {
  return {
    seed: random.between(0, 2 ** 31),
    callbacks: random.pick([0, 0.1, 0.5, 1]),
    /** Whether it waits when send() returns false. */
    honours: random.chance(0.6),
    burst: random.pick([1, 5, 50, 1000]),
    pace: random.pick(['none', 'immediate', 'immediate', 'timer']),
    /** Whether it also sends one message for each that it gets, from within the listener. */
    replies: random.chance(0.3),
    // Chances for each message received, or for each burst sent.
    blocks: random.pick([0, 0, 0.001, 0.01]),
    pauses: random.pick([0, 0, 0.002, 0.02]),
    throws: random.pick([0, 0, 0.01, 0.2]),
  };
}

const most = { small: 4000, mixed: 400, large: 20 };

function stream(random, advanced, arrays) {
  const sizes = random.pick(['small', 'small', 'mixed', 'mixed', 'large']);
  const count = random.between(1, most[sizes]);
  const handles = random.pick([0, 0.02, 0.3]);
  return {
    seed: random.between(0, 2 ** 31),
    sizes,
    count,
    // Some hundred in all: each costs a connection.
    handles: Math.min(handles, 200 / count),
    advanced,
    arrays,
  };
}

function endOf(random, down, up) {
  const how = random.pick(weighted);
  const { by } = ends[how];
  const when = random.pick(['sent', 'received']);
  const count = (by === 'parent') === (when === 'sent') ? down.count : up.count;
  return { how, by, when, after: random.between(1, count), delay: random.pick([0, 0, 5, 100, 700]) };
}

/**
 * Stock Node keeps what waits for a listener only while the channel is open, and what waits for an answer for ever. In the
 * middle of a message, its disconnect() waits for the end of that message and then misses it.
 */
function spareStock(plan) {
  if (plan.end.how === 'child disconnects') plan.end.how = 'child exits';
  const { how } = plan.end;
  if (how !== 'child is killed') plan.child.pauses = 0;
  if (how !== 'complete' && how !== 'child is killed') plan.up.handles = 0;
}

function planOf(seed) {
  const random = new Random(seed);
  const wire = random.chance(0.75) ? 'native' : 'node';
  const serialization = random.pick(['json', 'advanced']);
  const advanced = serialization === 'advanced';
  const down = stream(random, advanced, wire === 'native');
  const up = stream(random, advanced, wire === 'native');
  const plan = {
    seed,
    wire,
    serialization,
    driver: random.pick(['loop', 'task']),
    highWaterMark: random.pick([undefined, undefined, 1, 5_000, 4 << 20]),
    down,
    up,
    parent: habits(random),
    child: habits(random),
    end: endOf(random, down, up),
    stops: Array.from({ length: random.pick([0, 0, 1, 3]) }, () => ({
      at: random.between(0, 1000),
      for: random.between(1, 300),
    })),
  };
  if (wire === 'node') spareStock(plan);
  return plan;
}

/**
 * Whether connections may be made to servers that a side with these habits receives. A server listens when it is
 * received. What it accepts before a listener gets it, which pauses and throws delay, is never answered.
 */
const takesServersAtOnce = ({ pauses, throws }) => pauses === 0 && throws === 0;

module.exports = { planOf, takesServersAtOnce };
