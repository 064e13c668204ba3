// Brings a checkout to the state that its lock file and sources describe. Only Node and npm are needed.
const { createHash } = require('node:crypto');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const NODE_MIN = [20, 19];

/** Ends the process with a message and a hint when the machine cannot run Holdfast. */
function refuse(message, hint) {
  console.error(`holdfast: ${message}\nhint: ${hint}`);
  process.exit(9);
}

function run(label, command, args) {
  const started = Date.now();
  process.stdout.write(`holdfast: ${label} … `);
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.status !== 0) {
    console.log('failed');
    console.error(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`);
    refuse(
      `${command} ${args.join(' ')} failed`,
      'read the lines above; the network to the package registry is needed once',
    );
  }
  console.log(`${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function fileHash(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(fs.readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

/** Every file below `folder`, sorted, so that a deleted file makes the build stale too. */
function filesBelow(folder) {
  const out = [];
  const entries = fs.readdirSync(path.join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'dist') out.push(...filesBelow(name));
    } else if (!entry.name.endsWith('.test.ts')) out.push(name);
  }
  return out;
}

const read = (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : undefined);

function install() {
  const stamp = path.join(root, 'node_modules', '.holdfast-installed');
  const wanted = fileHash(['package-lock.json']);
  if (read(stamp) === wanted) return;
  run('installing the locked dependencies', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  fs.writeFileSync(stamp, wanted);
}

function buildWhenStale(stampFile, inputs, label, args) {
  const stamp = path.join(root, stampFile);
  const wanted = fileHash(inputs);
  if (read(stamp) === wanted) return;
  run(label, process.execPath, args);
  fs.mkdirSync(path.dirname(stamp), { recursive: true });
  fs.writeFileSync(stamp, wanted);
}

function build() {
  buildWhenStale(
    'dist/.built',
    ['package.json', 'tsconfig.json', 'tsconfig.build.json', ...filesBelow('src')],
    'building the server',
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  );
  const console = [
    'console/package.json',
    'console/index.html',
    'console/vite.config.ts',
    ...filesBelow('console/src'),
  ];
  buildWhenStale('console/dist/.built', [...console, 'src/api/contract.ts'], 'building the console', [
    'node_modules/vite/bin/vite.js',
    'build',
    'console',
    '--logLevel',
    'warn',
  ]);
}

/** Installs when the lock file has changed, builds when asked and a source has changed. */
function prepare(options) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
    refuse(`Node ${process.versions.node} is too old`, `install Node ${NODE_MIN.join('.')} or newer`);
  }
  install();
  if (options.build) build();
}

module.exports = { prepare };
if (require.main === module) prepare({ build: process.argv.includes('--build') });
