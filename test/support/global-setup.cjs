const { mkdirSync, readdirSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { endRun } = require('./run-end.cjs');

const prefix = 'paraphe-test-';

/**
 * Jest's global set-up: the folder that all suites of this run share. Servers are started later, by the
 * first test that needs them. Ends what runs that were killed have left.
 */
module.exports = function setUp() {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length))))
      endRun(path.join(tmpdir(), name));
  }
  const folder = path.join(tmpdir(), `${prefix}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.env.PARAPHE_TEST_RUN = folder;
};

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
