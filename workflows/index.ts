export { contract } from './contract.js';
export { delivery } from './delivery.js';
export { upkeep } from './upkeep.js';
export { watch } from './watch.js';
