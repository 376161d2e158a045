import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtAddons, root } from '../../scripts/lib/paths.mjs';
import { fixture } from '../helpers/child.mjs';
import { temporaryFolder } from '../helpers/cli.mjs';
import { wiresIn } from '../helpers/registered.mjs';
import test from '../helpers/test.mjs';

/** A copy of the package in a separate folder. */
function copyPackage(t, name = 'forkwire') {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  const copy = join(folder, name);
  mkdirSync(copy);
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  for (const file of ['index.js', 'package.json', ...builtAddons()])
    copyFileSync(join(root, file), join(copy, file));
  return copy;
}

/** The wires of the children that a program of its own forks from the copy, and why. */
async function forkFrom(copy, loaded, ...forks) {
  const args = [
    fixture('programs/fork-from-copy.cjs'),
    copy,
    loaded,
    ...forks.map((one) => JSON.stringify(one)),
  ];
  const env = { ...process.env, FORKWIRE_DEBUG: '1' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
  return { wires: JSON.parse(stdout), why: wiresIn(stderr).map(({ why }) => why) };
}

const onUnix = process.platform === 'win32' ? test.skip : test;

for (const loaded of ['index', 'register']) {
  onUnix(`${loaded}: fork() goes over Node's wire while the package's files are gone`, async (t) => {
    const { wires, why } = await forkFrom(
      copyPackage(t),
      loaded,
      {},
      { gone: true },
      { gone: true, serialization: 'advanced' },
      {},
    );
    t.deepEqual(wires, ['native', 'node', 'node', 'native']);
    t.regex(why[1], /files of forkwire were replaced/);
  });

  onUnix(`${loaded}: the first fork() is Node's own if the package's files are gone`, async (t) => {
    const { wires, why } = await forkFrom(copyPackage(t), loaded, { gone: true }, {});
    t.deepEqual(wires, ['stock', 'native']);
    t.regex(why[0], /files of forkwire could not be read/);
  });

  onUnix(
    `${loaded}: the first fork() is Node's own if another version was installed meanwhile`,
    async (t) => {
      const { wires, why } = await forkFrom(copyPackage(t), loaded, { other: 'loader.js' });
      t.deepEqual(wires, ['stock']);
      t.regex(why[0], /were replaced/);
    },
  );
}

for (const without of ['loader.js channels.js', 'channels.js', 'loader.js', 'parent.js']) {
  onUnix(`the first fork() is Node's own if these went while the program ran: ${without}`, async (t) => {
    const { wires, why } = await forkFrom(copyPackage(t), 'index', { without });
    t.deepEqual(wires, ['stock']);
    t.regex(why[0], /files of forkwire could not be read/);
  });

  onUnix(`fork() throws where a bundler took only a part of the package, without ${without}`, async (t) => {
    const copy = copyPackage(t);
    for (const file of without.split(' ')) rmSync(join(copy, 'dist', file));
    await t.throwsAsync(forkFrom(copy, 'index', {}), { message: /\.js is missing\. Keep forkwire out/ });
  });
}

onUnix('fork() throws as before where the addon was never there', async (t) => {
  const copy = copyPackage(t);
  for (const addon of builtAddons()) rmSync(join(copy, addon));
  await t.throwsAsync(forkFrom(copy, 'index', {}), { message: /ERR_FORKWIRE_ADDON/ });
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;
const nobody = { uid: 65_534, gid: 65_534, cwd: '/' };

for (const [hidden, mode] of [
  ['', 0o700],
  ['dist', 0o700],
  ['dist/channels.js', 0o600],
]) {
  asRoot(`a child whose user cannot read ${hidden || 'the package'} is on Node's wire`, async (t) => {
    const copy = copyPackage(t);
    chmodSync(join(copy, hidden), mode);
    const { wires, why } = await forkFrom(copy, 'index', nobody, { uid: 0 }, { gid: nobody.gid });
    t.deepEqual(wires, ['node', 'native', 'native']);
    t.regex(why[0], /user cannot read .*forkwire/);
  });
}

asRoot('a child whose user can read the package is on the native wire', async (t) => {
  const { wires } = await forkFrom(copyPackage(t), 'index', nobody);
  t.deepEqual(wires, ['native']);
});

onUnix('NODE_OPTIONS that preload go with a package in a folder of any name', async (t) => {
  const copy = copyPackage(t, 'line\nbreak, "quotes" and \\');
  const env = { ...process.env, NODE_OPTIONS: `--require ${fixture('preloaded.cjs')}` };
  const { wires } = await forkFrom(copy, 'index', { env });
  t.deepEqual(wires, ['native']);
});
