import { type DestinationStream, type Logger, pino } from 'pino';

/** The process's own log: one JSON object a line. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & {
  /** A log whose lines all carry `area`. */
  readonly area: (name: string) => Log;
};

export interface LogSettings {
  readonly level: string;
  readonly destination: DestinationStream;
  /** Every finished line passes through here before it is written; boot hands in the redactor. */
  readonly scrub: (line: string) => string;
}

/** Makes the process's own log. No line reaches `destination` unscrubbed. */
export function createLog(settings: LogSettings): Log {
  const scrubbed: DestinationStream = {
    write: (line: string) => {
      settings.destination.write(settings.scrub(line));
    },
  };
  return withArea(
    pino({ level: settings.level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, scrubbed),
  );
}

/** A log that writes nothing, for tests of pure parts. */
export const silentLog = (): Log => withArea(pino({ level: 'silent' }));

const withArea = (logger: Logger): Log =>
  Object.assign(logger, { area: (name: string): Log => withArea(logger.child({ area: name })) });
