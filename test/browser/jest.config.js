import house from '../../jest.config.js'

/** Pages in a real browser, one file at a time: a browser takes all the processor it can get. */
/** @type {import('jest').Config} */
export default {
  ...house,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 90_000,
  maxWorkers: 1,
}
