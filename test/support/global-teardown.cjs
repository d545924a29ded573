const { endRun } = require('./run-servers.cjs');

/** Jest's global teardown: ends the servers that the tests have started. */
module.exports = function tearDown() {
  endRun(process.env.PARAPHE_TEST_RUN);
};
