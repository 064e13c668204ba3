import type { AlertRule, IssueAlertVerbs, Project, RuleInput } from '../issues/index.ts';
import {
  type IssueAlertDryRunAnswerBody,
  type IssueAlertRuleBody,
  type IssueAlertRuleInputBody,
  issueAlertDryRunAnswer,
  issueAlertDryRunBody,
  issueAlertRuleBody,
  issueAlertRuleInput,
  issueAlertRulesBody,
} from './issue-alert-contract.ts';
import { type ApiApp, addRoute } from './route.ts';
import { thaw } from './thaw.ts';
import { dropUndefined } from './trust-routes.ts';

export interface IssueAlertRouteDeps {
  readonly issueAlerts: IssueAlertVerbs;
  /** A project by id or slug; an unknown one is left for the verb to refuse. */
  readonly findProject: (idOrSlug: string) => Project | undefined;
}

const RULES = '/projects/{project}/alert-rules';
const ruleOut = (rule: AlertRule): IssueAlertRuleBody => thaw<IssueAlertRuleBody>(rule);

/** Optional members of the contract may be undefined; those of the domain are absent then. */
const ruleIn = ({ filters, ...rule }: IssueAlertRuleInputBody): RuleInput => {
  const tags = filters.tags?.map((tag) => dropUndefined(tag));
  return dropUndefined({ ...rule, filters: dropUndefined({ ...filters, tags }) }) as RuleInput;
};

/** Which changes of issues people are told of. */
export function addIssueAlertRoutes(app: ApiApp, { issueAlerts, findProject }: IssueAlertRouteDeps): void {
  const idOf = (project: string): string => findProject(project)?.id ?? project;
  addRoute(
    app,
    { method: 'get', path: RULES, summary: 'Alert rules of a project', answer: issueAlertRulesBody },
    async ({ actor, param }) => ({ rules: (await issueAlerts.list(actor, idOf(param('project')))).map(ruleOut) }),
  );
  addRoute(
    app,
    { method: 'post', path: RULES, summary: 'Make a rule', body: issueAlertRuleInput, answer: issueAlertRuleBody },
    async ({ actor, param, body }) => ruleOut(await issueAlerts.create(actor, idOf(param('project')), ruleIn(body))),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: `${RULES}/dry-run`,
      summary: 'What a rule would have said; nobody is told and nothing is changed',
      body: issueAlertDryRunBody,
      answer: issueAlertDryRunAnswer,
    },
    async ({ actor, param, body: { rule, fromMs, toMs } }) => {
      const range = fromMs === undefined || toMs === undefined ? undefined : { fromMs, toMs };
      const run = await issueAlerts.dryRun(actor, idOf(param('project')), ruleIn(rule), range);
      return thaw<IssueAlertDryRunAnswerBody>(run);
    },
  );
  addRoute(
    app,
    {
      method: 'patch',
      path: `${RULES}/{rule}`,
      summary: 'Replace a rule',
      body: issueAlertRuleInput,
      answer: issueAlertRuleBody,
    },
    async ({ actor, param, body }) =>
      ruleOut(await issueAlerts.update(actor, idOf(param('project')), param('rule'), ruleIn(body))),
  );
  addRoute(app, { method: 'delete', path: `${RULES}/{rule}`, summary: 'Remove a rule' }, async ({ actor, param }) => {
    await issueAlerts.remove(actor, idOf(param('project')), param('rule'));
    return undefined;
  });
}
