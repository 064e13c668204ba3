import type { Operation } from './operation.ts';
import { createLogGroup } from './operations/create-log-group.ts';
import { createLogStream } from './operations/create-log-stream.ts';
import { deleteLogGroup } from './operations/delete-log-group.ts';
import { deleteLogStream } from './operations/delete-log-stream.ts';
import { deleteMetricFilter } from './operations/delete-metric-filter.ts';
import { deleteRetentionPolicy } from './operations/delete-retention-policy.ts';
import { describeLogGroups } from './operations/describe-log-groups.ts';
import { describeLogStreams } from './operations/describe-log-streams.ts';
import { describeMetricFilters } from './operations/describe-metric-filters.ts';
import { describeQueries } from './operations/describe-queries.ts';
import { filterLogEvents } from './operations/filter-log-events.ts';
import { getLogEvents } from './operations/get-log-events.ts';
import { getLogGroupFields } from './operations/get-log-group-fields.ts';
import { getLogRecord } from './operations/get-log-record.ts';
import { getQueryResults } from './operations/get-query-results.ts';
import { listLogGroups } from './operations/list-log-groups.ts';
import { listTagsForResource } from './operations/list-tags-for-resource.ts';
import { listTagsLogGroup } from './operations/list-tags-log-group.ts';
import { putLogEvents } from './operations/put-log-events.ts';
import { putLogGroupDeletionProtection } from './operations/put-log-group-deletion-protection.ts';
import { putMetricFilter } from './operations/put-metric-filter.ts';
import { putRetentionPolicy } from './operations/put-retention-policy.ts';
import { startQuery } from './operations/start-query.ts';
import { stopQuery } from './operations/stop-query.ts';
import { tagLogGroup } from './operations/tag-log-group.ts';
import { tagResource } from './operations/tag-resource.ts';
import { testMetricFilter } from './operations/test-metric-filter.ts';
import { untagLogGroup } from './operations/untag-log-group.ts';
import { untagResource } from './operations/untag-resource.ts';

/** Every operation of CloudWatch Logs that is offered, by its name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  [
    createLogGroup,
    createLogStream,
    deleteLogGroup,
    deleteLogStream,
    deleteMetricFilter,
    deleteRetentionPolicy,
    describeLogGroups,
    describeLogStreams,
    describeMetricFilters,
    describeQueries,
    filterLogEvents,
    getLogEvents,
    getLogGroupFields,
    getLogRecord,
    getQueryResults,
    listLogGroups,
    listTagsForResource,
    listTagsLogGroup,
    putLogEvents,
    putLogGroupDeletionProtection,
    putMetricFilter,
    putRetentionPolicy,
    startQuery,
    stopQuery,
    tagLogGroup,
    tagResource,
    testMetricFilter,
    untagLogGroup,
    untagResource,
  ].map((operation) => [operation.name, operation]),
);
