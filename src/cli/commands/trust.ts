import type { Command } from 'commander';
import type { ProofBody, TrustBody } from '../../api/contract.ts';
import { Failure, formatDuration } from '../../base/index.ts';
import { CLI_FAILURES } from '../failures.ts';
import { isoTime, printTable, stateMark } from '../printer.ts';
import type { RunContext } from '../run-context.ts';

/** holdfast trust … */
export function addTrustCommands(program: Command, context: RunContext): void {
  const trust = program.command('trust').description('which promises are proven, and by which measurement');
  trust
    .command('show', { isDefault: true })
    .description('every promise with its state')
    .argument('[promise]', 'M1 to M17, for its probes and evidence')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast trust show\n  holdfast trust show M9\n  holdfast trust show --json | jq .promises[].state',
    )
    .action(async (promise: string | undefined, options: { json?: boolean }) => {
      const answer = await context.client().get<TrustBody>('/trust');
      if (promise !== undefined) return showPromise(context, answer, promise, options.json === true);
      if (options.json === true) return context.printer.out(JSON.stringify(answer, null, 2));
      const proven = answer.promises.filter(({ state }) => state === 'proven').length;
      for (const { id, title, state, reason, lastProvenMs } of answer.promises) {
        const ago = lastProvenMs === undefined ? '' : ` (${formatDuration(answer.generatedMs - lastProvenMs)} ago)`;
        context.printer.out(`${id.padEnd(4)} ${title.padEnd(24)} ${stateMark(state)}${ago}\n     ${reason}`);
      }
      context.printer.out(`\n${proven} of ${answer.promises.length} promises are proven.`);
    });
  trust
    .command('run')
    .description('measure one probe now')
    .argument('<probe>', 'its id, as `holdfast trust show M1` prints it')
    .option('--json', 'print JSON')
    .action(async (probe: string, options: { json?: boolean }) => {
      const proof = await context.client().post<ProofBody>(`/trust/probes/${encodeURIComponent(probe)}/run`);
      context.printer.out(
        options.json === true
          ? JSON.stringify(proof, null, 2)
          : `${proof.passed ? 'passed' : 'FAILED'}: ${proof.summary}`,
      );
    });
  trust
    .command('proofs')
    .description('evidence rows, newest first')
    .option('--probe <id>', 'of one probe')
    .option('--promise <id>', 'of one promise')
    .option('-n, --limit <rows>', 'rows at most', '20')
    .option('--json', 'print JSON')
    .action(async (options: { probe?: string; promise?: string; limit: string; json?: boolean }) => {
      const { json, ...query } = options;
      const { proofs } = await context.client().get<{ proofs: ProofBody[] }>('/trust/proofs', query);
      if (json === true) return context.printer.out(JSON.stringify(proofs, null, 2));
      const rows = proofs.map((proof) => [
        isoTime(proof.startedAtMs),
        proof.promise,
        proof.probe,
        proof.passed ? 'passed' : 'FAILED',
        proof.summary,
      ]);
      printTable(context.printer, ['TIME', 'PROMISE', 'PROBE', 'RESULT', 'MEASURED'], rows);
    });
}

function showPromise(context: RunContext, answer: TrustBody, id: string, asJson: boolean): void {
  const promise = answer.promises.find((candidate) => candidate.id.toLowerCase() === id.toLowerCase());
  if (promise === undefined) {
    throw new Failure(CLI_FAILURES.argumentInvalid, { name: 'promise', value: id, expected: 'one of M1 to M17' });
  }
  if (asJson) {
    context.printer.out(JSON.stringify(promise, null, 2));
    return;
  }
  context.printer.out(
    `${promise.id} ${promise.title}: ${stateMark(promise.state)}\n${promise.sentence}\n${promise.reason}\n`,
  );
  const rows = promise.probes.map((probe) => [
    probe.id,
    probe.state,
    isoTime(probe.lastProof?.startedAtMs),
    probe.lastProof?.summary,
  ]);
  printTable(context.printer, ['PROBE', 'STATE', 'LAST MEASURED', 'MEASURED'], rows);
}
