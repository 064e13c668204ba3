import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSecret } from '../../src/base/index.ts';
import {
  ADMIN_KEY_ID,
  ADMIN_KEY_SECRET,
  ADMIN_TOKEN,
  api,
  newFolder,
  type Program,
  query,
  removeFolder,
  sendLines,
  startProgram,
} from '../harness/program.ts';

let folder = '';
let program: Program;
beforeAll(async () => {
  folder = await newFolder();
  program = await startProgram({ folder });
});
afterAll(() => removeFolder(folder));

/** Every file below the folder that holds one of the texts, with the text. */
async function filesHolding(texts: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(path.join(entry.parentPath, entry.name));
    for (const text of texts) if (bytes.includes(text)) found.push(`${entry.name}: ${text}`);
  }
  return found;
}

const secret = (): string => newSecret(36);

test('secrets in bodies, attributes, refused requests and names of things are nowhere at rest', async () => {
  const secrets = Array.from({ length: 12 }, secret);
  const [inBody = '', inJson = '', inAttribute = '', inHeader = '', inUrl = '', inCloudWatch = '', inQuery = ''] =
    secrets;
  const [, , , , , , , inPath = '', inKey = '', inName = '', inEmail = '', inSignIn = ''] = secrets;
  await sendLines(program, 'secrets', [
    { message: `password=${inBody} and api_key: "${inJson}"`, marker: 'marker-1' },
    { message: 'attribute', password: inAttribute, headers: { authorization: `Bearer ${inHeader}` } },
    { message: `connecting to https://user:${inUrl}@db.example.test/` },
  ]);
  const credentials = { accessKeyId: ADMIN_KEY_ID, secretAccessKey: ADMIN_KEY_SECRET };
  const aws = new CloudWatchLogsClient({ region: 'us-east-1', endpoint: program.origin, credentials });
  await aws.send(new CreateLogGroupCommand({ logGroupName: 'cw' }));
  await aws.send(new CreateLogStreamCommand({ logGroupName: 'cw', logStreamName: 's' }));
  const logEvents = [{ timestamp: Date.now(), message: JSON.stringify({ client_secret: inCloudWatch }) }];
  await aws.send(new PutLogEventsCommand({ logGroupName: 'cw', logStreamName: 's', logEvents }));
  aws.destroy();
  // A person who searches for a secret writes it into a query, which is audited.
  await query(program, `filter @message like "password=${inQuery}"`, ['secrets']);
  await api(program, 'GET', `/logs/groups?password=${inPath}`);
  await api(program, 'GET', '/trust', { token: `hf_${ADMIN_KEY_ID}_${inKey}` });
  await api(program, 'POST', `/logs?group=token%3D${inName}&stream=s`, { body: { message: 'x' } });
  await api(program, 'POST', '/session', { token: null, body: { email: `x@${inEmail}.test`, password: inSignIn } });
  expect((await query(program, 'filter marker = "marker-1"', ['secrets'])).rows).toHaveLength(1);
  for (const group of ['secrets', 'cw']) {
    const { rows } = await query(program, 'fields @message, password, `headers.authorization`, client_secret', [group]);
    for (const text of secrets) expect(JSON.stringify(rows)).not.toContain(text);
    expect(JSON.stringify(rows)).toContain('[redacted:');
  }
  await program.stop();
  expect(await filesHolding(secrets.filter((text) => text !== inEmail))).toEqual([]);
  // The control: what is no secret is found by the same search, so that the search is not blind.
  expect(await filesHolding(['secrets'])).not.toEqual([]);
  expect(program.output()).not.toContain(ADMIN_TOKEN);
});
