// Makes the work tree ready: the pinned pnpm, the pinned Node and all packages. Plain JavaScript that an old Node
// can at least parse, because it is the one to say that it is too old.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const marker = join(root, 'node_modules', '.outcrop-setup');
const log = join(root, 'node_modules', '.outcrop-setup.log');

// npm's own waits between its tries add up to more than a minute, in which nothing would be said.
const patience = {
  npm_config_fetch_retries: '3',
  npm_config_fetch_retry_mintimeout: '1000',
  npm_config_fetch_retry_maxtimeout: '8000',
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 10)) {
  stop(
    `Outcrop's set-up needs Node 20.10 or newer, and this is ${process.versions.node}: install one from nodejs.org.`,
  );
}

const state = fingerprint();
if (!existsSync(marker) || readFileSync(marker, 'utf8') !== state) await install();

async function install() {
  console.error('Setting up: installing the toolchain and all packages (the first time takes about a minute) …');
  try {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    rmSync(marker, { force: true });
  } catch (error) {
    stop(explain(String(error)));
  }
  if ((await run('git', '--version')).code !== 0) stop('git was not found: install it and run the command again.');
  const started = Date.now();
  const { code, output } = await run(
    ...pnpmCommand(),
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--reporter=append-only',
  );
  if (code !== 0) {
    stop(explain(output) + keepLog(output));
  }
  const node = await run(join(root, 'node_modules', '.bin', 'node'), '--version');
  if (node.code !== 0) {
    stop(`The pinned Node does not run on this machine (${process.platform} ${process.arch}): ${node.output.trim()}`);
  }
  writeFileSync(marker, state);
  console.error(`Ready after ${Math.round((Date.now() - started) / 1000)} s, on Node ${node.output.trim().slice(1)}.`);
}

/** Changes whenever an install would change something. */
function fingerprint() {
  const hash = createHash('sha256').update(`${root}\0${process.platform}\0${process.arch}`);
  const manifests = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
  for (const folder of ['packages', 'apps', 'testing']) {
    if (!existsSync(join(root, folder))) continue;
    for (const name of readdirSync(join(root, folder)).sort()) manifests.push(join(folder, name, 'package.json'));
  }
  for (const folder of ['examples', 'bench']) manifests.push(join(folder, 'package.json'));
  for (const file of manifests) {
    if (existsSync(join(root, file))) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** The pinned pnpm: the one an earlier install brought, else npx fetches it. */
function pnpmCommand() {
  const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager.split('@')[1];
  const installed = join(root, 'node_modules', 'pnpm');
  const complete = existsSync(join(installed, 'bin', 'pnpm.cjs')) && existsSync(join(installed, 'package.json'));
  if (complete && JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')).version === pinned) {
    return [process.execPath, join(installed, 'bin', 'pnpm.cjs')];
  }
  return [process.platform === 'win32' ? 'npx.cmd' : 'npx', '--yes', `pnpm@${pinned}`];
}

function run(command, ...args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, CI: 'true', npm_config_loglevel: 'error', ...patience },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function keepLog(output) {
  try {
    writeFileSync(log, output);
    return ` The whole output is in ${log}.`;
  } catch {
    // What keeps it from being written is what has just been explained.
    return '';
  }
}

function explain(output) {
  if (/ENOSPC/.test(output)) return `The disk is full: free about 2 GB and run the command again.`;
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return `This folder can't be written to (${root}): clone to a place that is yours.`;
  }
  if (/spawn npx.* ENOENT/.test(output)) {
    return 'npm (with npx) was not found: install it beside Node and run the command again.';
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|META_FETCH_FAIL|ERR_SOCKET|network/i.test(output)) {
    return `The npm registry can't be reached: check the network or npm's 'registry' setting, and run the command again.`;
  }
  if (/OUTDATED_LOCKFILE/.test(output)) {
    return "pnpm-lock.yaml does not fit the package.json files: run 'npx pnpm install' and commit the lockfile.";
  }
  return `The install failed.\n${output.trim().split('\n').slice(-15).join('\n')}`;
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
