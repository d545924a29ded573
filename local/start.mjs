import { setUp } from './setup.mjs';

// One process for set-up and program: npm's shell hands signals on only to a command that it has become.
const programs = {
  start: '../dist/local/main.js',
  demo: '../dist/local/demo/main.js',
  rehearse: '../dist/local/rehearsal/main.js',
};
const name = process.argv[2];

await setUp({ server: name === 'rehearse' && !process.argv.includes('--small') });
await import(programs[name] ?? programs.start);
