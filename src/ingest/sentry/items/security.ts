import type { JsonObject, JsonValue } from '../../../issues/index.ts';
import type { EnvelopeItem } from '../envelope.ts';
import type { Harvest, SentryCall } from '../harvest.ts';
import { SENTRY_LIMITS } from '../limits.ts';
import { invalidItem, isObject, objectOf, readJson, textOf, tooLargeItem } from '../read-json.ts';
import { addEvent } from './events.ts';

interface Taking {
  readonly call: SentryCall;
  readonly harvest: Harvest;
}

/** What the address of the report says beside it. */
export interface ReportFacts {
  readonly release: string;
  readonly environment: string;
}

const NO_FACTS: ReportFacts = { release: '', environment: '' };

/** By the member that holds a report: its type as events have it. */
const OLD_FORMS: ReadonlyMap<string, string> = new Map([
  ['csp-report', 'csp'],
  ['expect-ct-report', 'expectct'],
  ['expect-staple-report', 'expectstaple'],
  ['known-pins', 'hpkp'],
]);
/** By the `type` of the Reporting API (W3C). */
const REPORTING_TYPES: ReadonlyMap<string, string> = new Map([
  ['csp', 'csp'],
  ['csp-violation', 'csp'],
  ['network-error', 'nel'],
]);

export function takeSecurityItem(item: EnvelopeItem, to: Taking): void {
  const { sentry_release: release, sentry_environment: environment } = item.header;
  const facts = { ...NO_FACTS, release: textOf(release), environment: textOf(environment) };
  takeSecurityReports(item.payload, { ...to, itemType: item.type, facts });
}

/**
 * Reports as browsers send them: one object in the old forms (CSP 2 `report-uri`, Expect-CT, Expect-Staple, HPKP), or a list of
 * the Reporting API. Each becomes an event whose member of its type's name is the report.
 */
export function takeSecurityReports(
  payload: Buffer,
  to: Taking & { readonly itemType: string; readonly facts: ReportFacts },
): void {
  const { itemType } = to;
  const value = readJson(payload, itemType);
  const reports = Array.isArray(value) ? value : [value];
  if (reports.length > SENTRY_LIMITS.securityReportsMax) {
    throw tooLargeItem(itemType, SENTRY_LIMITS.securityReportsMax, 'items');
  }
  const found = reports.map((report: JsonValue) => readReport(objectOf(report), itemType));
  for (const report of found) addReport(report, to);
}

interface Report {
  readonly type: string;
  readonly body: JsonObject;
  readonly url: string;
  readonly userAgent: string;
}

function readReport(report: JsonObject, itemType: string): Report {
  const url = textOf(report.url);
  const userAgent = textOf(report.user_agent);
  const named = REPORTING_TYPES.get(textOf(report.type));
  if (named !== undefined) return { type: named, body: objectOf(report.body), url, userAgent };
  for (const [member, type] of OLD_FORMS) {
    if (!(member in report)) continue;
    const inner = report[member];
    return { type, body: isObject(inner) ? inner : report, url, userAgent };
  }
  if (itemType === 'nel' && isObject(report.body)) return { type: 'nel', body: report.body, url, userAgent };
  throw invalidItem(itemType, 'incomplete', 'it is none of the reports that browsers send');
}

function addReport(
  { type, body, url, userAgent }: Report,
  to: Taking & { readonly itemType: string; readonly facts: ReportFacts },
): void {
  const { call, facts } = to;
  const page = url || textOf(body['document-uri']) || textOf(body.documentURL);
  const agent = userAgent || call.context.userAgent;
  addEvent(
    {
      type,
      [type]: body,
      platform: 'other',
      logger: type,
      level: 'error',
      ...(facts.release === '' ? {} : { release: facts.release }),
      ...(facts.environment === '' ? {} : { environment: facts.environment }),
      request: { ...(page === '' ? {} : { url: page }), headers: agent === '' ? [] : [['User-Agent', agent]] },
      user: { ip_address: '{{auto}}' },
    },
    { category: 'security', itemType: to.itemType, quantity: 1 },
    to,
  );
}
