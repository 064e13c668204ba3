import { Snippet } from '../parts/copy.tsx';

/** Before the first version: the command, for the person and for the job that does it every night. */
export function FirstWorkbook() {
  return (
    <section aria-label="First workbook" className="max-w-[780px]">
      <h2 className="text-lg">No workbook has been committed yet</h2>
      <p className="mt-1.5 mb-3 max-w-[66ch] text-ink-2">
        Drop a file above, or commit it from a terminal or a nightly job. Each commit becomes a version that nobody can
        overwrite or delete before its time, kept in every zone of the vault. This page shows it as soon as it is there.
      </p>
      <Snippet
        label="Command that commits a workbook"
        text={`export HOLDFAST_URL=${location.origin}\nexport HOLDFAST_KEY=<key>   # Settings, Keys: role responder, narrowed to workbooks:Write\nbin/holdfast workbook commit book.xlsx --workbook NAME`}
      />
    </section>
  );
}
