import { useCheck } from '../api/backup.ts';
import { Button } from '../parts/button.tsx';
import { Snippet } from '../parts/copy.tsx';
import { FailureNotice, Words } from '../parts/notice.tsx';
import { Section, TableFrame } from '../parts/page.tsx';
import { LevelMark } from './problems.tsx';

const ORDER = { error: 0, warning: 1, ok: 2 } as const;

/** What would go wrong, found by asking the server, each with what mends it. */
export function CheckPanel({ name }: { readonly name: string }) {
  const check = useCheck(name);
  const findings = check.data?.findings.toSorted((a, b) => ORDER[a.level] - ORDER[b.level]);
  return (
    <Section
      title="Check"
      lead="Asks the database’s server for rights, settings, slots, space and clock. It changes nothing."
      action={
        <Button disabled={check.isFetching} onClick={() => void check.refetch()}>
          {check.isFetching ? 'Asking…' : findings === undefined ? 'Check now' : 'Check again'}
        </Button>
      }
    >
      {check.isError && <FailureNotice error={check.error} onRetry={() => void check.refetch()} />}
      {findings === undefined && <Snippet label="Command that checks" text={`bin/holdfast backup check ${name}`} />}
      {findings !== undefined && (
        <TableFrame label="What the check found">
          <table className="ledger">
            <thead>
              <tr>
                {['', 'What', 'Found', 'Remedy'].map((column) => (
                  <th key={column} scope="col">
                    {column === '' ? <span className="sr-only">Level</span> : column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {findings.map((finding) => (
                <tr key={finding.id}>
                  <td>
                    <LevelMark level={finding.level} />
                  </td>
                  <td className="min-w-32">{finding.title}</td>
                  <td className="min-w-48 break-words text-ink-2">{finding.detail}</td>
                  <td className="min-w-48 break-words">
                    {finding.remedy === undefined ? '–' : <Words text={finding.remedy} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </Section>
  );
}
