import type { WorkbookVersion } from '../api/types.ts';
import { Mark } from '../parts/mark.tsx';

const SCANS = {
  clean: { mark: 'proven', word: 'clean' },
  unscanned: { mark: 'unproven', word: 'not scanned' },
  quarantined: { mark: 'broken', word: 'in quarantine' },
} as const;

/** What the malware scan said when it was committed. */
export function ScanWord({ version }: { readonly version: WorkbookVersion }) {
  const { mark, word } = SCANS[version.scan];
  return (
    <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap" title={version.scanDetail}>
      <Mark state={mark} className="size-3.5" />
      {word}
    </span>
  );
}
