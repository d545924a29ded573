const { openRun } = require('./run-servers.cjs');

/**
 * Jest's global set-up: the folder that all suites of this ring share. Servers are started later, by the first test
 * that needs them.
 */
module.exports = function setUp() {
  process.env.PARAPHE_TEST_RUN = openRun();
};
