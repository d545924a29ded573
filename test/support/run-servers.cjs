const { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

const prefix = 'paraphe-test-';
const waitForStackMs = 12_000;

/** Makes the folder of a run, which is this process', and ends what runs that were killed have left. */
exports.openRun = function openRun() {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length))))
      exports.endRun(path.join(tmpdir(), name));
  }
  const folder = path.join(tmpdir(), `${prefix}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
};

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Ends the servers that a run has written down in its folder, and removes the folder. */
exports.endRun = function endRun(folder) {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const pid = Number.parseInt(name, 10);
    if (!/\.(server|stack)$/.test(name)) continue;
    if (startOf(pid) !== readFileSync(path.join(folder, name), 'utf8')) continue;
    if (name.endsWith('.stack')) askToEnd(pid);
    else process.kill(pid, 'SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
};

/** A local edition ends the programs that it has started. */
function askToEnd(pid) {
  const start = startOf(pid);
  process.kill(pid, 'SIGTERM');
  const until = Date.now() + waitForStackMs;
  while (startOf(pid) === start && Date.now() < until) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
}

// As in local/process/process-table.ts: Jest's global set-up can't load TypeScript that imports.
function startOf(pid) {
  try {
    if (!existsSync('/proc/self/stat')) {
      return require('node:child_process').execFileSync('ps', ['-o', 'lstart=', '-p', pid]).toString().trim();
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return null;
  }
}
