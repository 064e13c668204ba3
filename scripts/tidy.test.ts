import { expect, test } from 'vitest';
import { tidySource } from './tidy.ts';

const check = (file: string, text: string, expected: RegExp | undefined): void => {
  const messages = tidySource({ file, text }).map((finding) => finding.message);
  if (expected === undefined) expect(messages).toEqual([]);
  else expect(messages.join('\n')).toMatch(expected);
};

test('an import upward, sideways, past an index or of a foreign driver is found', () => {
  check('src/base/a.ts', "import { x } from '../logs/index.ts';\n", /upward: base \(L0\) -> logs \(L3\)/);
  check('src/logs/a.ts', "import type { x } from '../metrics/index.ts';\n", /sideways/);
  check('src/logs/a.ts', "import {\n  x,\n} from '../access/people/list.ts';\n", /through its index/);
  check('src/logs/a.ts', "import { x } from '../telemetry/drivers/chdb/index.ts';\n", /only boot imports drivers/);
  check('src/logs/a.ts', "const x = await import('../boot/index.ts');\n", /upward/);
  check('src/boot/a.ts', "import { x } from '../telemetry/drivers/chdb/index.ts';\n", undefined);
  check('src/access/a.ts', "import { x } from '../audit/index.ts';\n", undefined);
});

test('a package outside its owner folder, or without an owner, is found', () => {
  check('src/logs/a.ts', "import pg from 'pg';\n", /belongs to catalog/);
  check('src/logs/a.ts', "import x from 'left-pad';\n", /no owner/);
  check('src/catalog/a.ts', "import pg from 'pg';\n", undefined);
});

test('a banned word names its replacement, and prose about it is not code', () => {
  check('src/logs/a.ts', 'const now = Date.now();\n', /injected Clock/);
  check('src/logs/a.ts', '// Date.now() would be wrong here.\nexport const a = 1;\n', undefined);
  check('src/logs/a.test.ts', 'const now = Date.now();\n', undefined);
  check('src/logs/a.ts', "throw new Error('no');\n", /registered/);
});

test('long files and names that say nothing are found', () => {
  check('src/logs/a.ts', 'x\n'.repeat(401), /401 lines/);
  check('src/logs/utils.ts', 'export const a = 1;\n', /says nothing/);
  check('src/logs/LogGroup.ts', 'export const a = 1;\n', /kebab/);
});
