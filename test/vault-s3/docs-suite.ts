import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { GetBucketLifecycleConfigurationCommand, PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VAULT_S3_FAILURES } from '../../src/vault/drivers/s3/index.ts';
import { ROOT } from '../harness/program.ts';
import { collect, eventually, makeBucket, newObject, openZone, rawClient } from './bucket.ts';
import type { Ceph } from './ceph.ts';

const run = promisify(execFile);
const works = (command: string): boolean => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
const WRITER = { accessKeyId: 'HOLDFASTTESTWRITER00', secretAccessKey: 'SecretOfTheWriterForTestsOnly000' };
const WRITER_ARN = 'arn:aws:iam:::user/writer';

export const docsSuite = (running: () => Ceph): void => {
  describe.skipIf(!works('aws'))(
    `what docs/vault-s3.md tells to do ${works('aws') ? '' : '(not installed: awscli)'}`,
    () => {
      let ceph: Ceph;
      let owner: S3Client;
      let doc: string;

      beforeAll(async () => {
        ceph = running();
        owner = rawClient(ceph);
        doc = await readFile(path.join(ROOT, 'docs/vault-s3.md'), 'utf8');
        await ceph.admin(
          ...['user', 'create', '--uid=writer', '--display-name=writer'],
          ...[`--access-key=${WRITER.accessKeyId}`, `--secret=${WRITER.secretAccessKey}`],
        );
      });
      afterAll(async () => {
        owner?.destroy();
      });

      const policyOf = (bucket: string): string =>
        (blocks(doc, 'json')[0] ?? '').replaceAll('BUCKET', bucket).replaceAll('WRITER-ARN', WRITER_ARN);

      test('its commands make a bucket that the driver takes, with COMPLIANCE held for a writer who cannot remove', async () => {
        const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-docs-'));
        try {
          await writeFile(path.join(folder, 'writer-policy.json'), policyOf('by-the-docs'));
          const commands = blocks(doc, 'sh').filter((block) => block.startsWith('aws '));
          expect(commands).toHaveLength(2);
          const script = ['set -e', 'aws() { command aws --endpoint-url "$ENDPOINT" "$@"; }', ...commands].join('\n');
          const env = {
            ...process.env,
            BUCKET: 'by-the-docs',
            ENDPOINT: ceph.endpoint,
            AWS_ACCESS_KEY_ID: ceph.credentials.accessKeyId,
            AWS_SECRET_ACCESS_KEY: ceph.credentials.secretAccessKey,
            AWS_DEFAULT_REGION: 'us-east-1',
          };
          await run('bash', ['-c', script], { cwd: folder, env });
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
        const rules = await owner.send(new GetBucketLifecycleConfigurationCommand({ Bucket: 'by-the-docs' }));
        expect(rules.Rules?.map((rule) => rule.Status)).toEqual(['Enabled']);
        const zone = await openZone(ceph, { bucket: 'by-the-docs', credentials: WRITER });
        const found = await zone.probe(Date.now());
        expect(found).toMatchObject({ overwriteRefused: true, deleteRefused: true, shortenRefused: true });
        expect(found).toMatchObject({ extendWorks: true, legalHoldWorks: true });
        expect(found.caveats.join('\n')).not.toMatch(/default retention/);
        const object = newObject('a');
        await zone.put(object);
        expect(Buffer.compare(await zone.get('a'), object.bytes)).toBe(0);
        expect(await collect(zone.anomalies(new Set(['a'])))).toEqual([]);
        await zone.close();
      });

      test('GOVERNANCE holds under its policy, also against the writer who put the object', async () => {
        await makeBucket(owner, 'policed');
        await owner.send(new PutBucketPolicyCommand({ Bucket: 'policed', Policy: policyOf('policed') }));
        const zone = await openZone(ceph, { bucket: 'policed', mode: 'GOVERNANCE', credentials: WRITER });
        const found = await zone.probe(Date.now());
        expect(found.caveats.join('\n')).not.toMatch(/bypass/);
        expect(found).toMatchObject({ overwriteRefused: true, deleteRefused: true, shortenRefused: true });
        await zone.put(newObject('a', { lockMs: 1500 }));
        await eventually(() =>
          expect(zone.remove('a', Date.now())).rejects.toMatchObject({ code: 'vault-s3.removal-denied' }),
        );
        await zone.close();
      });

      test('without its denial the probe tells that the writer may bypass governance', async () => {
        await makeBucket(owner, 'granted');
        const policy = JSON.parse(policyOf('granted')) as { Statement: { Effect: string }[] };
        const granted = { ...policy, Statement: policy.Statement.filter((statement) => statement.Effect === 'Allow') };
        await owner.send(new PutBucketPolicyCommand({ Bucket: 'granted', Policy: JSON.stringify(granted) }));
        const zone = await openZone(ceph, { bucket: 'granted', mode: 'GOVERNANCE', credentials: WRITER });
        const found = await zone.probe(Date.now());
        expect(found.shortenRefused).toBe(false);
        expect(found.caveats.join('\n')).toMatch(/bypass governance/);
        await zone.close();
      });

      test('the failures that it names exist', () => {
        const known = new Set(Object.values(VAULT_S3_FAILURES).map((failure) => failure.code));
        const named = [...doc.matchAll(/`(vault-s3\.[a-z-]+)`/g)].map((match) => match[1] ?? '');
        expect(named.length).toBeGreaterThan(0);
        for (const code of named) expect(known).toContain(code);
      });
    },
  );
};

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');
