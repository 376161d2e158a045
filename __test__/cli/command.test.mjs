import { readFileSync } from 'node:fs';
import test from '../helpers/test.mjs';
import { forkwireCommand } from '../helpers/cli.mjs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

test('--version prints the version of the package', async (t) => {
  t.deepEqual(await forkwireCommand(t, ['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help lists the commands', async (t) => {
  const { code, stdout, stderr } = await forkwireCommand(t, ['--help']);
  t.is(code, 0);
  t.is(stderr, '');
  for (const name of ['bench', 'doctor', 'nats', 'top']) t.regex(stdout, new RegExp(`^  ${name} +\\w`, 'm'));
});

for (const name of ['bench', 'doctor', 'top']) {
  test(`${name} --help lists the options`, async (t) => {
    const { code, stdout } = await forkwireCommand(t, [name, '--help']);
    t.is(code, 0);
    t.true(stdout.startsWith(`usage: forkwire ${name} `), stdout);
    t.true(stdout.includes('--json'));
  });

  test(`${name} refuses an option that it does not have`, async (t) => {
    const { code, stdout, stderr } = await forkwireCommand(t, [name, '--jsonn']);
    t.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    t.is(stderr, "forkwire: Unknown option '--jsonn'\n");
  });
}

test('an unknown command is an error that lists the commands', async (t) => {
  const { code, stdout, stderr } = await forkwireCommand(t, ['docter']);
  t.deepEqual({ code, stdout }, { code: 2, stdout: '' });
  t.regex(stderr, /^forkwire: unknown command docter\n\nusage: [^]*doctor/);
  t.is((await forkwireCommand(t, ['toString'])).code, 2);
});

test('no command is an error too', async (t) => {
  const { code, stderr } = await forkwireCommand(t, []);
  t.is(code, 2);
  t.regex(stderr, /^forkwire: missing command\n\nusage: /);
});
