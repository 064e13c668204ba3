/**
 * cli: words in, verb, output.
 *
 * Purpose: `bin/holdfast <noun> <verb>`, over the JSON API of a running server, by HOLDFAST_URL and HOLDFAST_KEY.
 * Invariants: every read has `--json`; what changes or removes prints its plan first; failures go to standard error with
 * a hint and their code, and the exit code comes from the one table in base; control characters of stored text never
 * reach the terminal.
 * It keeps no state and reads no file of the server; only `redact` works without one.
 */
export { createProgram, main } from './main.ts';
