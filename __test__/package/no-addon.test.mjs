import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from '../helpers/test.mjs';
import { builtAddons, root } from '../../scripts/lib/paths.mjs';

const PROGRAM = `
  try {
    require('./dist/index.js').fork('child.js');
  } catch ({ code, message }) {
    console.log(JSON.stringify({ code, message }));
  }
`;

/** What `fork()` throws in a copy of the package without its addon. */
async function thrownWithout(t, prepare = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'forkwire-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const file of ['index.js', 'package.json']) copyFileSync(join(root, file), join(folder, file));
  prepare(folder);
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', PROGRAM], { cwd: folder });
  return JSON.parse(stdout);
}

test('fork() without the addon names the package that is missing, and the remedy', async (t) => {
  const { code, message } = await thrownWithout(t);
  t.is(code, 'ERR_FORKWIRE_ADDON');
  t.regex(
    message,
    /^forkwire: no addon for \w+-\w+: the package @forkwire\/binding-[\w-]+ is not installed\. /,
  );
  t.true(message.includes(`@forkwire/binding-${process.platform}-${process.arch}`), message);
  t.regex(message, /with optional dependencies/);
});

test('fork() with an addon that does not load passes on the error of the system', async (t) => {
  const [addon] = builtAddons();
  const { code, message } = await thrownWithout(t, (folder) => {
    writeFileSync(
      join(folder, addon),
      'this is not a shared library, but long enough to have a header of one',
    );
  });
  t.is(code, 'ERR_FORKWIRE_ADDON');
  t.regex(
    message,
    /it does not load: .*(invalid ELF header|file too short|not a mach-o|slice is not valid|not a valid Win32|Bad EXE format)/i,
  );
});
