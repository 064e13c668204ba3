import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** `npm run bench <name> [-- arguments]`: runs bench/<name>.ts on the built program. */
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const COMMANDS = ['logs', 'redaction', 'store', 'vault', 'durability', 'metrics', 'alarms', 'backup', 'errors'];
const [name, ...rest] = process.argv.slice(2);
const script = path.join(root, 'bench', `${name}.ts`);
if (name === undefined || !existsSync(script)) {
  const known = COMMANDS.filter((command) => readdirSync(path.join(root, 'bench')).includes(`${command}.ts`));
  console.error(`usage: npm run bench <${known.join(' | ')}>`);
  process.exitCode = 2;
} else {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...rest.filter((word) => word !== '--')], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, UV_THREADPOOL_SIZE: '24' },
  });
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
