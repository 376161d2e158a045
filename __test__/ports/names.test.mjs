import { fromSource } from '../helpers/from-source.mjs';
import test from '../helpers/test.mjs';

const { Names } = fromSource('ports/names');

/**
 * Two sides that open and close ports of one name, as the steps say, with their offers under way in between: 'o' opens, 'c'
 * closes, 'd' delivers the oldest offer from the other side. What each port of a side is connected to is the pair that
 * both have in the end.
 */
class Side {
  names = new Names();
  offers = [];
  /** By the number of the port: the pairs that it reads. */
  ports = [];
  isOpen = false;

  constructor(name, wins) {
    this.name = name;
    this.wins = wins;
  }

  open() {
    const { number, end } = this.names.open('x');
    this.isOpen = true;
    const pair = end ?? `${this.name}${number}`;
    this.ports[number] = { pairs: [pair], main: pair };
    if (end === undefined) this.offers.push({ number, pair });
  }

  close() {
    this.names.close('x');
    this.isOpen = false;
  }

  /** Takes an offer of the other side. */
  take({ number, pair }) {
    const what = this.names.offer('x', number, pair);
    if (what === 'crossed') {
      const port = this.ports[number];
      port.pairs.push(pair);
      if (!this.wins) port.main = pair;
    }
    return what;
  }
}

const STEPS = ['po', 'pc', 'pd', 'co', 'cc', 'cd'];

function* everyOrder(length, prefix = []) {
  if (prefix.length === length) yield prefix;
  else for (const step of STEPS) yield* everyOrder(length, [...prefix, step]);
}

/** Undefined if a step is not possible. */
function run(steps) {
  const sides = { p: new Side('p', true), c: new Side('c', false) };
  const other = { p: sides.c, c: sides.p };
  const outcomes = [];
  for (const [who, what] of steps) {
    const side = sides[who];
    if (what === 'o' ? side.isOpen : what === 'c' ? !side.isOpen : other[who].offers.length === 0) {
      return undefined;
    }
    if (what === 'o') side.open();
    else if (what === 'c') side.close();
    else outcomes.push(side.take(other[who].offers.shift()));
  }
  for (const who of ['p', 'c']) {
    for (const offer of other[who].offers.splice(0)) outcomes.push(sides[who].take(offer));
  }
  return { sides, outcomes };
}

test('ports of one number are the same pair on both sides, whichever asks first', (t) => {
  let runs = 0;
  for (let length = 1; length <= 7; length++) {
    for (const steps of everyOrder(length)) {
      const result = run(steps);
      if (result === undefined) continue;
      runs += 1;
      const { sides, outcomes } = result;
      const told = steps.join(' ');
      if (outcomes.includes('wrong')) t.fail(`${told}: an honest offer is refused`);
      const both = Math.min(sides.p.ports.length, sides.c.ports.length);
      for (let number = 1; number < both; number++) {
        const [ours, theirs] = [sides.p.ports[number], sides.c.ports[number]];
        if (ours.main !== theirs.main) t.fail(`${told}: port ${number} is two pairs`);
        if (ours.pairs.toSorted().join() !== theirs.pairs.toSorted().join()) {
          t.fail(`${told}: the sides know of different pairs for port ${number}`);
        }
      }
    }
  }
  t.true(runs > 2000, `${runs} runs`);
});

test('a name can be opened again and again, and each side keeps count', (t) => {
  const ours = new Names();
  const theirs = new Names();
  for (let number = 1; number <= 100; number++) {
    t.deepEqual(ours.open('x'), { number, end: undefined });
    t.is(theirs.offer('x', number, `end ${number}`), 'waits');
    t.deepEqual(theirs.open('x'), { number, end: `end ${number}` });
    t.true(theirs.isOpen('x', number));
    ours.close('x');
    theirs.close('x');
    t.false(theirs.isOpen('x', number));
  }
});

test('an offer that arrives twice, out of order or for a port that was taken is refused', (t) => {
  const names = new Names();
  for (const number of [0, -1, 1.5, NaN]) t.is(names.offer('x', number, 'end'), 'wrong');
  t.is(names.offer('x', 2, 'end'), 'waits');
  t.is(names.offer('x', 2, 'end'), 'wrong');
  t.is(names.offer('x', 1, 'end'), 'wrong');
  names.offer('y', 1, 'end');
  names.open('y');
  t.is(names.offer('y', 1, 'other'), 'wrong');
  t.deepEqual(names.takeAll(), ['end']);
  t.deepEqual(names.takeAll(), []);
});
