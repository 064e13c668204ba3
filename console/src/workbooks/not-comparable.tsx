import type { Comparison } from '../api/types.ts';
import { Notice } from '../parts/notice.tsx';

const REASONS: Readonly<Record<string, string>> = {
  encrypted: 'it is encrypted, and Holdfast has no password for it',
  damaged: 'its container is damaged; it is kept byte for byte as it was committed',
  unsupported: 'it is of a format whose cells Holdfast does not read',
  'too-large': 'it is larger than what is compared cell for cell',
  hostile: 'it is made like a file that attacks the program that opens it, so it was not opened',
  'took-too-long': 'reading it took too long and was stopped',
  quarantined: 'it is in quarantine, and what is in quarantine is not opened',
};

/** Why there is no list of cells, in words; what is known all the same stands above. */
export function NotComparable({ comparison }: { readonly comparison: Comparison }) {
  const { side, from, to, reason = '', detail } = comparison;
  const which =
    side === 'both' ? `Versions ${from.number} and ${to.number}` : `Version ${side === 'to' ? to.number : from.number}`;
  const why = REASONS[reason] ?? reason;
  return (
    <Notice tone="warn" title="The cells of these versions cannot be compared.">
      <p>
        {which}: {why}.
      </p>
      {detail !== undefined && detail !== '' && <p>What was found: {detail}.</p>}
      <p>
        Both versions stay in the vault as they were committed.{' '}
        {reason === 'quarantined' ? '' : 'Download them and compare them in the program that made them.'}
      </p>
    </Notice>
  );
}
