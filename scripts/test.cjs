// `npm test`: installs what the tests need, then checks, unit tests and black-box tests; the last line counts them.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { prepare } = require('./prepare.cjs');

const root = path.join(__dirname, '..');

/** Debian packages that the black-box tests use, each with the file that shows it is there. */
const PACKAGES = [
  { name: 'chromium', has: () => fs.existsSync('/usr/bin/chromium') },
  { name: 'awscli', has: () => works('aws', ['--version']) },
  { name: 'python3-boto3', has: () => works('python3', ['-c', 'import boto3']) },
  { name: 'postgresql', has: () => fs.existsSync('/usr/lib/postgresql') },
  { name: 'radosgw', has: () => fs.existsSync('/usr/bin/radosgw') },
  { name: 'ceph-mon', has: () => fs.existsSync('/usr/bin/ceph-mon') },
  { name: 'ceph-osd', has: () => fs.existsSync('/usr/bin/ceph-osd') },
  { name: 'ceph-common', has: () => fs.existsSync('/usr/bin/rados') },
];

function works(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function installPackages() {
  const missing = PACKAGES.filter((entry) => !entry.has()).map((entry) => entry.name);
  if (missing.length === 0) return;
  const canInstall = process.getuid?.() === 0 && fs.existsSync('/usr/bin/apt-get');
  if (!canInstall) {
    console.log(
      `not installed, and only root on Debian can: ${missing.join(', ')}; the tests that need them are skipped by name`,
    );
    return;
  }
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update', '-q'], { ...options, stdio: 'ignore' });
  for (const name of missing) {
    const result = spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], {
      ...options,
      stdio: 'ignore',
    });
    console.log(`${result.status === 0 ? 'installed' : 'could not install'} ${name} from Debian's packages`);
  }
}

/** Runs one vitest configuration and reads its counts from the JSON report. */
function runTests(config, extra) {
  const report = path.join(os.tmpdir(), `holdfast-tests-${process.pid}-${path.basename(config)}.json`);
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const result = spawnSync(process.execPath, [...args, ...extra], { cwd: root, stdio: 'inherit' });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (fs.existsSync(report)) {
    const json = JSON.parse(fs.readFileSync(report, 'utf8'));
    counts.passed = json.numPassedTests;
    counts.failed = json.numFailedTests;
    counts.skipped = json.numPendingTests + json.numTodoTests;
    // A file that fails to load has no tests of its own to count.
    counts.failed += json.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
    fs.rmSync(report);
  }
  if (result.status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

prepare({ build: true });
installPackages();
const check = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/check.ts', '--no-tests'], {
  cwd: root,
  stdio: 'inherit',
});
const totals = { passed: check.status === 0 ? 1 : 0, failed: check.status === 0 ? 0 : 1, skipped: 0 };
for (const config of ['vitest.config.ts', 'vitest.blackbox.config.ts']) {
  const counts = runTests(config, process.argv.slice(2));
  for (const key of Object.keys(totals)) totals[key] += counts[key];
}
process.exitCode = totals.failed === 0 ? 0 : 1;
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
