export { contract } from './contract.js';
export { upkeep } from './upkeep.js';
export { watch } from './watch.js';
