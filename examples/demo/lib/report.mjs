// What the terminal shows.
import { bold, dim, green, red } from './colour.mjs';

/** One case: its title with the verdict, then each thing that was seen. */
export function printCase({ name, title, ok, seen, milliseconds }) {
  const mark = ok ? green('ok') : red('FAILED');
  console.log(`${mark}  ${bold(title)}  ${dim(`${name}, ${milliseconds.toFixed(0)} ms`)}`);
  for (const { good, text } of seen) {
    console.log(good ? `    ${text}` : red(`    not as the page says: ${text}`));
  }
  console.log();
}

/** The last lines: how many did it, on which wires, and the name of each case that failed. */
export function printSummary(outcomes) {
  const failed = outcomes.filter((outcome) => !outcome.ok);
  console.log(describeWires(outcomes.flatMap((outcome) => outcome.wires)));
  if (failed.length === 0) {
    console.log(green(`${count(outcomes.length, 'case')}, each as the page says.`));
    return;
  }
  for (const { name, title } of failed) console.log(red(`failed: ${name} (${title})`));
}

/** Says it plainly when the numbers above were stock Node's doing: then they prove nothing about forkwire. */
function describeWires(wires) {
  const native = wires.filter((wire) => wire === 'native').length;
  const all = `${count(wires.length, 'child process', 'child processes')} forked`;
  if (native === wires.length) return `${all}, each on forkwire's native wire.`;
  return `${all}, ${native} on forkwire's native wire, the rest on the stock channel.`;
}

function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}
