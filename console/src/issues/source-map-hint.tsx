import type { EventView } from '../api/issue-types.ts';
import { useProjectList } from '../api/projects.ts';
import { Snippet } from '../parts/copy.tsx';
import { Notice } from '../parts/notice.tsx';
import { sourceMapCommands } from '../projects/source-map-commands.ts';
import { isMinified, placeOf } from './stack.ts';

/** Minified frames without a source map: which file, and the command that mends the next ones. */
export function SourceMapHint({ view }: { readonly view: EventView }) {
  const { event } = view;
  const project = useProjectList().find(({ id }) => id === event.projectId);
  const frames = event.exceptions.flatMap(({ stacktrace }) => stacktrace?.frames ?? []);
  const frame = frames.findLast(isMinified);
  const remark = event.remarks.find(({ field, reason }) => /source.?map/i.test(`${field} ${reason}`));
  if (frame === undefined && remark === undefined) return null;
  return (
    <div className="my-3">
      <Notice tone="warn" title="This code is minified, and its source map is not here.">
        <p className="mb-2">
          {frame !== undefined && (
            <>
              There is none for <code className="break-all">{placeOf(frame)}</code>
              {event.release !== '' && (
                <>
                  {' '}
                  of the release <code>{event.release}</code>
                </>
              )}
              .{' '}
            </>
          )}
          {remark !== undefined && <>{remark.reason}. </>}
          Upload it after each build; events that come afterwards are readable.
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
