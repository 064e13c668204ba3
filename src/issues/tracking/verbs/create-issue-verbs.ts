import type { IssueVerbs } from '../../types.ts';
import type { TrackingContext } from '../context.ts';
import { changeIssues } from './change-issues.ts';
import { addComment, removeComment } from './comments.ts';
import { issueEvents, issueHistogram, issueTags } from './issue-events.ts';
import { listAssignees } from './list-assignees.ts';
import { listFeedback } from './list-feedback.ts';
import { listIssues } from './list-issues.ts';
import { issueActivity, issueHashes, readIssue } from './read-issue.ts';
import { unmergeIssue } from './unmerge-issue.ts';
import { findEvent, viewEvent } from './view-event.ts';

export const createIssueVerbs = (context: TrackingContext): IssueVerbs => ({
  list: listIssues(context),
  get: readIssue(context),
  tags: issueTags(context),
  histogram: issueHistogram(context),
  events: issueEvents(context),
  event: viewEvent(context),
  findEvent: findEvent(context),
  change: changeIssues(context),
  assignees: listAssignees(context),
  activity: issueActivity(context),
  comment: addComment(context),
  removeComment: removeComment(context),
  hashes: issueHashes(context),
  unmerge: unmergeIssue(context),
  feedback: listFeedback(context),
});
