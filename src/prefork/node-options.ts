// Options of Node with which a process cannot be started before it is asked for: they replace the program, listen on a port,
// read a file that may change, or record what the process does from its start.

/** Each without `=` and what follows. `--watch` and the permission model have Node's own channel in any case. */
const NEVER = [
  '-e',
  '--eval',
  '-p',
  '--print',
  '-pe',
  '-c',
  '--check',
  '-i',
  '--interactive',
  '-h',
  '--help',
  '-v',
  '--version',
  '--v8-options',
  '--completion-bash',
  '--run',
  '--test',
  '--entry-url',
  '--input-type',
  '--build-snapshot',
  '--build-snapshot-config',
  '--build-sea',
  '--experimental-sea-config',
  '--snapshot-blob',
  '--prof',
  '--prof-process',
  '--perf-prof',
  '--cpu-prof',
  '--heap-prof',
  '--trace-event-categories',
  '--trace-events-enabled',
  '--env-file',
  '--env-file-if-exists',
  '--experimental-config-file',
  '--experimental-default-config-file',
  '--',
  '-',
];

const NEVER_WITH = /^--(inspect|debug)(-|$)/;

/** Options with modules that are looked up from the directory in which the process starts. */
const REQUIRES = /^(-r|--require)$/;

/** The first option that asks for a process of its own. */
export function unwaitable(options: readonly string[]): string | undefined {
  return options.find((option) => {
    const name = nameOf(option);
    return NEVER.includes(name) || NEVER_WITH.test(name);
  });
}

/** Whether modules are loaded before the program, from where the process starts. */
export function requiresModules(options: readonly string[]): boolean {
  return options.some((option) => REQUIRES.test(nameOf(option)));
}

/** The words of NODE_OPTIONS. Quotes do not matter for the names of options. */
export function wordsOf(nodeOptions: string | undefined): string[] {
  return (nodeOptions ?? '').split(/[\s"]+/).filter((word) => word !== '');
}

/** Node takes each of its options with underscores too. */
function nameOf(option: string): string {
  const name = option.split('=', 1)[0] as string;
  return name.startsWith('--') ? name.replaceAll('_', '-') : name;
}
