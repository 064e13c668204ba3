/** OpenTelemetry's severity numbers of the words that loggers use (logs data model, "Mapping of SeverityNumber"). */
const NUMBERS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    trace: 1,
    finest: 1,
    verbose: 5,
    finer: 3,
    debug: 5,
    fine: 5,
    config: 7,
    info: 9,
    information: 9,
    informational: 9,
    log: 9,
    notice: 10,
    warn: 13,
    warning: 13,
    error: 17,
    err: 17,
    severe: 17,
    critical: 18,
    crit: 18,
    alert: 19,
    fatal: 21,
    emergency: 21,
    emerg: 21,
    panic: 21,
  }),
);
/** No word is longer, so longer text is not looked up. */
const WORD_LENGTH_MAX = 16;

/** 0 when the word says nothing. */
export const severityNumberOf = (word: string): number =>
  word === '' || word.length > WORD_LENGTH_MAX ? 0 : (NUMBERS.get(word) ?? NUMBERS.get(word.trim().toLowerCase()) ?? 0);

const PINO_STEP = 10;

/** Numbers 10, 20 … 60 are pino's and bunyan's levels; 1 to 24 are OpenTelemetry's own. */
export function severityOfLevel(level: number): number {
  if (level >= PINO_STEP && level <= 60 && level % PINO_STEP === 0) return (level / PINO_STEP - 1) * 4 + 1;
  return Number.isInteger(level) && level >= 1 && level <= 24 ? level : 0;
}
