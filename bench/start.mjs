import { setUp } from '../local/setup.mjs';

await setUp({ tests: true });
await import('../dist/bench/main.js');
