import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { commandOf } from '../../scripts/lib/paths.mjs';
import { closed, endWithTest, textOf } from '../helpers/child.mjs';
import { stockOnly } from '../helpers/implementations.mjs';
import test from '../helpers/test.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

(stockOnly ? test.skip : test)(
  'a test that hangs is named with what it waits for, and the next one runs',
  async (t) => {
    const child = spawn(process.execPath, [commandOf('ava'), '__test__/fixtures/harness/hangs.mjs'], {
      cwd: root,
      env: { ...process.env, FORKWIRE_TEST_DEADLINE: '1000' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    endWithTest(t, child);
    const [{ code }, output] = await Promise.all([closed(child), textOf(child.stdout)]);
    t.is(code, 1);
    t.regex(output, /\[fail\]: waits for what never comes/);
    t.regex(
      output,
      /Error: .* still waits for:\s+'message' of child \d+ \(idle\.cjs, running\)\s+at .*hangs\.mjs:\d+/,
    );
    t.regex(output, /[✔√] ends by itself/);
  },
);
