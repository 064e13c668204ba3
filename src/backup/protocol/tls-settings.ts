import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { Failure } from '../../base/index.ts';
import { BACKUP_PROTOCOL_FAILURES } from './failures.ts';
import type { ServerAddress } from './parse-url.ts';

/**
 * The TLS settings of an address, as libpq means them: `require` and below encrypt without checking who answers unless
 * a root certificate is given, `verify-ca` checks the chain, `verify-full` the name too.
 */
export async function tlsOptions(address: ServerAddress): Promise<ConnectionOptions> {
  const { sslMode, sslRootCert, sslCert, sslKey } = address;
  const system = sslRootCert === 'system';
  const ca = sslRootCert === undefined || system ? undefined : await read(sslRootCert, 'sslrootcert');
  const cert = sslCert === undefined ? undefined : await read(sslCert, 'sslcert');
  const key = sslKey === undefined ? undefined : await read(sslKey, 'sslkey');
  const checksChain = sslMode === 'verify-full' || sslMode === 'verify-ca' || ca !== undefined || system;
  const checksName = sslMode === 'verify-full' || system;
  return {
    rejectUnauthorized: checksChain,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(checksName ? {} : { checkServerIdentity: () => undefined }),
  };
}

async function read(file: string, parameter: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(BACKUP_PROTOCOL_FAILURES.tlsFileUnreadable, { file, parameter, reason });
  }
}
