import type { z } from '@hono/zod-openapi';
import type * as eventContract from '../../../src/api/event-contract.ts';
import type * as alertContract from '../../../src/api/issue-alert-contract.ts';
import type * as contract from '../../../src/api/issues-contract.ts';
import type * as monitorContract from '../../../src/api/monitor-contract.ts';
import type * as projectContract from '../../../src/api/project-contract.ts';
import type * as releaseContract from '../../../src/api/release-contract.ts';

/** The contract's types of error tracking, as the console uses them. */
export type Issue = contract.IssueBody;
export type IssuePriority = Issue['priority'];
export type IssueListed = contract.IssueListedBody;
export type IssuePage = contract.IssuesBody;
export type IssueChange = contract.IssueChangeBody;
export type IssueChanged = contract.IssueChangedBody;
export type IgnoreCondition = contract.IgnoreConditionBody;
export type IssueHistogram = contract.IssueHistogramBody;
export type TagDistribution = contract.IssueTagsBody['tags'][number];
export type EventSummary = contract.EventListedBody;
export type IssueEvents = contract.IssueEventsBody;
export type IssueActivity = contract.IssueActivityBody;
export type IssueHash = contract.IssueHashBody;
export type Assignees = contract.AssigneesBody;
export type EventPlace = contract.EventPlaceBody;

export type EventView = eventContract.EventViewBody;
export type StoredEvent = eventContract.EventBody;
export type EventLevel = StoredEvent['level'];
export type EventException = eventContract.ExceptionBody;
export type Stacktrace = eventContract.StacktraceBody;
export type Frame = eventContract.FrameBody;
export type Breadcrumb = eventContract.BreadcrumbBody;
export type Grouping = eventContract.GroupingBody;
export type GroupingComponent = eventContract.GroupingComponentBody;
export type Attachment = eventContract.AttachmentBody;
export type Feedback = eventContract.FeedbackBody;

export type Project = projectContract.ProjectBody;
export type Projects = projectContract.ProjectsBody;
export type ProjectSettings = projectContract.ProjectSettingsBody;
export type ProjectCreate = projectContract.ProjectCreateBody;
export type ProjectCreated = projectContract.ProjectCreatedBody;
export type ProjectChange = projectContract.ProjectChangeBody;
export type ProjectKey = projectContract.ProjectKeyBody;
export type Outcomes = projectContract.OutcomesBody;
export type OutcomeSeries = Outcomes['series'][number];
export type DataCategory = OutcomeSeries['category'];
export type GroupingTry = projectContract.GroupingTryBody;
export type GroupingTried = projectContract.GroupingTriedBody;

export type AlertRule = alertContract.IssueAlertRuleBody;
export type AlertRuleInput = alertContract.IssueAlertRuleInputBody;
export type AlertTrigger = alertContract.IssueAlertTriggerBody;
export type AlertFilters = alertContract.IssueAlertFiltersBody;
export type AlertDryRun = alertContract.IssueAlertDryRunAnswerBody;

export type Release = releaseContract.ReleaseBody;
export type ReleaseHealth = releaseContract.ReleaseHealthBody;
export type ReleaseListed = releaseContract.ReleaseListedBody;
export type Releases = releaseContract.ReleasesBody;
export type ReleaseView = releaseContract.ReleaseViewBody;
export type Deploy = releaseContract.DeploysBody['deploys'][number];
export type Commit = releaseContract.CommitsBody['commits'][number];
export type ArtifactBundles = releaseContract.ArtifactsBody;
export type ArtifactBundle = releaseContract.ArtifactBundleBody;
export type ArtifactFiles = releaseContract.ArtifactFilesBody;
export type ReleaseChange = releaseContract.ReleaseChangeBody;

export type Monitor = monitorContract.MonitorBody;
export type MonitorState = Monitor['environments'][number]['state'];
export type MonitorSchedule = monitorContract.MonitorScheduleBody;
export type Monitors = monitorContract.MonitorsBody;
export type MonitorCreate = monitorContract.MonitorCreateBody;
export type MonitorChange = monitorContract.MonitorChangeBody;
export type CheckIn = monitorContract.CheckInBody;
export type CheckIns = monitorContract.CheckInsBody;
export type Timeline = monitorContract.TimelineBody;
export type IssuePipeline = z.infer<typeof contract.issuePipelineBody>;
