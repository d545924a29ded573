export { contract } from './contract.js';
export { delivery } from './delivery.js';
export { purge } from './purge.js';
export { upkeep } from './upkeep.js';
export { watch } from './watch.js';
