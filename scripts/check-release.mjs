// Refuses an incomplete release: node scripts/check-release.mjs [v1.2.3]
import { root } from './lib/paths.mjs';
import { problemsOf } from './lib/release.mjs';
import { SetupError, explainAndExit, say } from './lib/run.mjs';

try {
  const problems = problemsOf(root, process.argv[2]);
  if (problems.length > 0) throw new SetupError(`Not to be published:\n- ${problems.join('\n- ')}`);
  say('the release is whole');
} catch (error) {
  explainAndExit(error);
}
