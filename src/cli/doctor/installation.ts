// The runtime, the addon, and the wire that a child would get.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readRequest } from '../../start/fork-request.js';
import { native, nativePath } from '../../addon/native.js';
import type { Wire } from '../../types.js';
import { chooseWire } from '../../start/wire-choice.js';
import { packageFolder, version } from '../command.js';
import type { Check } from './check.js';

const LEAST_NODE = [20, 19] as const;

export function checkRuntime(): Check {
  const { name, version: number } = runtime();
  const glibc = glibcVersion();
  const library = process.platform !== 'linux' ? '' : glibc === undefined ? ', musl' : `, glibc ${glibc}`;
  const data = { name, version: number, platform: process.platform, arch: process.arch, glibc };
  const text = `${name} ${number} on ${process.platform} ${process.arch}${library}`;
  const [major = 0, minor = 0] = number.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  if (name === 'Node' && (major < leastMajor || (major === leastMajor && minor < leastMinor))) {
    const advice = [`forkwire needs Node ${LEAST_NODE.join('.')} or later.`];
    return { name: 'runtime', status: 'bad', text, advice, data };
  }
  return { name: 'runtime', status: 'ok', text, data };
}

/** `wire`: the result of checkWire(). Some wires do not need the addon. */
export function checkAddon(wire: Check): Check {
  const own = version();
  let file: string;
  try {
    native();
    file = nativePath();
  } catch (error) {
    const text = firstLine(error).replace(/^forkwire: |\.+ Install forkwire again.*/g, '');
    const advice = [
      'Install again with optional dependencies (npm install --include=optional): the addon is one of them.',
      'A lock file or node_modules from another platform lacks the addon of this one: delete both and install again.',
    ];
    const data = { file: null, package: own };
    if (wire.status !== 'bad') return { name: 'addon', status: 'note', text, data };
    return { name: 'addon', status: 'bad', text, advice, data };
  }
  const manifest = join(dirname(file), 'package.json');
  const found = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }).version
    : undefined;
  const data = { file, version: found ?? null, package: own };
  const text = `${file}${dirname(file) === packageFolder ? ', built here' : `, version ${found ?? 'unknown'}`}`;
  if (found === own) return { name: 'addon', status: 'ok', text, data };
  const advice = [`This package has version ${own}: install again, so that both have the same version.`];
  return { name: 'addon', status: 'note', text, advice, data };
}

function runtime(): { name: string; version: string } {
  const versions = process.versions as Record<string, string | undefined>;
  const other = ['bun', 'deno', 'electron'].find((name) => versions[name] !== undefined);
  const name = other ?? 'node';
  return { name: `${name.charAt(0).toUpperCase()}${name.slice(1)}`, version: versions[name] ?? 'unknown' };
}

/** Undefined with another C library. */
function glibcVersion(): string | undefined {
  if (process.platform !== 'linux') return undefined; // the report collects far more than that
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  report.excludeNetwork = true; // it would resolve the name of each address
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime;
}

const MEANING: Readonly<Record<Wire, string>> = {
  native: 'both ends of a channel are forkwire',
  node: "this end is forkwire, the child has Node's own channel",
  stock: "both ends have the runtime's own channel, and forkwire adds nothing",
};

/** The wire that fork() without options would give a child of this process, and why. */
export function checkWire(): Check {
  try {
    const request = readRequest('child.js', [], {});
    if (request === undefined) throw new Error('Node has to judge the arguments of fork()');
    const { wire, why } = chooseWire(request);
    const reason = wire === 'native' ? '' : ` (${why})`;
    const data = { wire, why: wire === 'native' ? null : why };
    const text = `${wire}: ${MEANING[wire]}${reason}`;
    if (wire === 'native') return { name: 'wire', status: 'ok', text, data };
    const advice = [
      'docs/compatibility.md says what holds on which wire. FORKWIRE_DEBUG=1 prints the wire of each child of a program.',
    ];
    return { name: 'wire', status: 'note', text, advice, data };
  } catch (error) {
    const text = `none: fork() throws. ${firstLine(error)}`;
    const advice = [
      "Until this is fixed, FORKWIRE=off in the environment runs programs on Node's own channel.",
    ];
    return { name: 'wire', status: 'bad', text, advice, data: { wire: null } };
  }
}

/** The environment variables that matter; undefined if none is set. */
export function checkEnvironment(): Check | undefined {
  const names = Object.keys(process.env).filter((name) => /^FORKWIRE|^NODE_OPTIONS$/.test(name));
  const data = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  if (names.length === 0) return undefined;
  const text = names.map((name) => `${name}=${process.env[name] ?? ''}`).join(' ');
  return { name: 'environment', status: 'ok', text, data };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
