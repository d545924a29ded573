import { setUp } from './setup.mjs';

// One process for set-up and program: npm's shell hands signals on only to a command that it has become.
const programs = { start: '../dist/local/main.js', demo: '../dist/local/demo/main.js' };

await setUp();
await import(programs[process.argv[2]] ?? programs.start);
