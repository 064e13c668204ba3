import { useSearch } from '@tanstack/react-router';
import { useFeedback } from '../api/issues.ts';
import { useProjectList } from '../api/projects.ts';
import { Snippet } from '../parts/copy.tsx';
import { FailureNotice } from '../parts/notice.tsx';
import { Empty, Section, useTitle } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';
import { useChangeSearch } from '../shell/go.ts';
import { FeedbackItem } from './event-facts.tsx';
import { IssuesFrame } from './issues-frame.tsx';
import { ProjectSelect } from './pickers.tsx';

export interface FeedbackSearch {
  readonly of?: string | undefined;
}

const EXAMPLE = "Sentry.captureFeedback({ message: 'The basket was empty', email: 'ann@example.com' });";

/** What do users say about it? */
export function FeedbackPage() {
  useTitle('Feedback');
  const { of } = useSearch({ strict: false }) as FeedbackSearch;
  const change = useChangeSearch();
  const project = useProjectList().find(({ slug }) => slug === of);
  const feedback = useFeedback(project === undefined ? {} : { projectId: project.id });
  return (
    <IssuesFrame heading="Feedback">
      <Section
        title="Feedback of users"
        lead="What people wrote in the feedback form or the crash report of an application, newest first."
        action={<ProjectSelect value={of} onChange={(slug) => change({ of: slug }, true)} />}
      >
        {feedback.isPending && <BoneRows rows={5} label="the feedback" />}
        {feedback.isError && <FailureNotice error={feedback.error} onRetry={() => void feedback.refetch()} />}
        {feedback.data?.length === 0 && (
          <Empty title="Nobody has written anything yet.">
            <p className="mb-2">The feedback widget of the browser SDK works as it is, and so does one call:</p>
            <Snippet label="One feedback by the SDK" text={EXAMPLE} />
          </Empty>
        )}
        <ul className="max-w-[860px] space-y-2">
          {feedback.data?.map((one) => (
            <FeedbackItem key={one.feedbackId} feedback={one} withLink />
          ))}
        </ul>
      </Section>
    </IssuesFrame>
  );
}
