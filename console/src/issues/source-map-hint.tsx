import type { EventView } from '../api/issue-types.ts';
import { useProjectList } from '../api/projects.ts';
import { Snippet } from '../parts/copy.tsx';
import { Notice } from '../parts/notice.tsx';
import { sourceMapCommands } from '../projects/source-map-commands.ts';
import { isMinified, placeOf } from './stack.ts';

const SCRIPT = /\.(?:m|c)?js(?:$|[?#])|^stacktrace$/;
const NOTHING_UPLOADED = 'nothing was uploaded for it';

/** Minified frames without a source map: which file, and the command that mends the next ones. */
export function SourceMapHint({ view }: { readonly view: EventView }) {
  const { event } = view;
  const project = useProjectList().find(({ id }) => id === event.projectId);
  const frames = event.exceptions.flatMap(({ stacktrace }) => stacktrace?.frames ?? []);
  const frame = frames.findLast(isMinified);
  const remark = event.remarks.find(({ field }) => SCRIPT.test(field));
  // Code that was never minified has no map and needs none.
  if (frame === undefined && (remark === undefined || remark.reason === NOTHING_UPLOADED)) return null;
  return (
    <div className="my-3">
      <Notice tone="warn" title="This code is minified, and its source map is not here.">
        <p className="mb-2">
          <code className="break-all">{remark?.field ?? (frame === undefined ? '' : placeOf(frame))}</code>
          {event.release !== '' && (
            <>
              {' '}
              of the release <code>{event.release}</code>
            </>
          )}
          {remark !== undefined && <>: {remark.reason}</>}. Upload it after each build; events that come afterwards are
          readable.
        </p>
        <Snippet
          label="Upload of source maps"
          text={sourceMapCommands({
            origin: location.origin,
            slug: project?.slug ?? event.projectId,
            release: event.release,
          })}
        />
      </Notice>
    </div>
  );
}
