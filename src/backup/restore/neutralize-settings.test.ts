import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neutralizeSettings, quoteSetting } from './neutralize-settings.ts';
import { settingsBlock, withoutBlock } from './recovery-settings.ts';

const facts = { exists: () => false, libraries: new Set(['pg_stat_statements']) };
const effective = (text: string): readonly string[] =>
  neutralizeSettings(text, facts)
    .text.split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

test('what would harm is left out, the rest stays as it was', () => {
  const check = (line: string, expected: readonly string[]): void => expect(effective(line)).toEqual(expected);
  check(`work_mem = '4MB'  # tuned`, [`work_mem = '4MB'  # tuned`]);
  check(`ARCHIVE_MODE=on`, []);
  check(`synchronous_standby_names 'one, two'`, []);
  check(`primary_conninfo = 'host=a password=''x'''`, []);
  check(`include_if_exists = 'maybe.conf'`, [`include_if_exists = 'maybe.conf'`]);
  check(`include 'gone.conf'`, []);
  check(`data_directory = '/var/lib/postgresql/15/main'`, []);
  check(`shared_preload_libraries = 'pg_stat_statements, gone'`, [`shared_preload_libraries = 'pg_stat_statements'`]);
  check(`shared_preload_libraries = '$libdir/pg_stat_statements'`, [
    `shared_preload_libraries = '$libdir/pg_stat_statements'`,
  ]);
  check(`ssl = on\nssl_cert_file = '/etc/gone.crt'`, []);
});

test('doing it twice changes nothing', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom(
      `archive_mode = on`,
      `shared_preload_libraries = 'a,pg_stat_statements'`,
      `ssl_key_file = 'x'`,
      'ssl = on',
    ),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const once = neutralizeSettings(lines.join('\n'), facts).text;
      expect(neutralizeSettings(once, facts).text).toBe(once);
    }),
  );
});

test('the block of an earlier attempt is taken out whole', () => {
  const text = `a = 1\n`;
  expect(withoutBlock(text + settingsBlock({ restore_command: `cp "x/%f" "%p"` }))).toBe(text);
  expect(quoteSetting(`it's \\ here`)).toBe(`'it''s \\\\ here'`);
});
