import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeStatement } from './normalize-statement.ts';

test('values, comments and blanks go, names and parameters stay', () => {
  const check = (text: string, expected: string): void => expect(normalizeStatement(text), text).toBe(expected);
  check('SELECT  *\n FROM t WHERE id = $1', 'SELECT * FROM t WHERE id = $1');
  check("SELECT 'a''b', 12, 1.5e-3, 0xFF, .5", 'SELECT ?, ?, ?, ?, ?');
  check(`CREATE ROLE joe PASSWORD 'geheim'`, 'CREATE ROLE joe PASSWORD ?');
  check(`SELECT "a 'name' 1" FROM t1`, `SELECT "a 'name' 1" FROM t1`);
  check(`SELECT E'it\\'s 1', B'101', N'x'`, 'SELECT ?, ?, ?');
  check('SELECT $tag$ a $$ 5 $tag$, $$b$$', 'SELECT ?, ?');
  check('SELECT 1 -- key=abc\n+ 2 /* trace /* inner */ abc */ FROM t', 'SELECT ? + ? FROM t');
  check("SELECT 'torn", 'SELECT ?');
  check('SELECT /* torn', 'SELECT');
  check('SELECT $$torn', 'SELECT ?');
  check('', '');
  check(`SELECT '${'x'.repeat(30_000)}'`, 'SELECT ?');
});

test('no literal survives, however it is quoted', () => {
  const secret = 'S3cr3tValue';
  const quoted = fc.constantFrom(`'${secret}'`, `E'${secret}'`, `$$${secret}$$`, `$q$${secret}$q$`, `/* ${secret} */`);
  const around = fc.constantFrom('SELECT ', ' , ', '"n" = ', " '' ", ' $1 + ', ' -- x\n ', ' a.b ');
  fc.assert(
    fc.property(fc.array(fc.tuple(around, quoted)), (parts) => {
      expect(normalizeStatement(parts.flat().join(''))).not.toContain(secret);
    }),
  );
});

test('any text ends, and none grows', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...`'"$-/*\\ eE1.a_\n`) }), (text) => {
      const once = normalizeStatement(text);
      expect(once.length).toBeLessThanOrEqual(text.length + 1);
    }),
  );
});
