import { createServer } from 'node:net';
import { Failure } from '../../base/index.ts';
import { BACKUP_RESTORE_FAILURES } from './failures.ts';

/** Throws `backup-restore.port-taken` while nothing is written yet; whoever takes the port later fails the start. */
export function checkPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.once('error', (cause) => {
      const reason = cause.message;
      reject(new Failure(BACKUP_RESTORE_FAILURES.portTaken, { port, reason }, { cause }));
    });
    // Exclusive, because a port that is only shared could not be used by another program.
    listener.listen({ port, host: '127.0.0.1', exclusive: true }, () => listener.close(() => resolve()));
  });
}
