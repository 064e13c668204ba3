import type { Command } from 'commander';
import type { GrantBody, KeyBody, KeyCreatedBody, PersonBody } from '../../api/contract.ts';
import { isoTime, printTable } from '../printer.ts';
import { type RunContext, readTimeMs } from '../run-context.ts';

const list = (text: string | undefined): string[] | undefined =>
  text === undefined ? undefined : text.split(',').map((part) => part.trim());

/** holdfast key … | person … | grant … */
export function addAccessCommands(program: Command, context: RunContext): void {
  addKeyCommands(program.command('key').description('API keys: list, create, revoke'), context);
  addPersonCommands(program.command('person').description('people: list, add, change'), context);
  addGrantCommands(program.command('grant').description('who may read which log groups'), context);
}

function addKeyCommands(keys: Command, context: RunContext): void {
  keys
    .command('list')
    .description('API keys, without their secrets')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const answer = await context.client().get<{ keys: KeyBody[] }>('/keys');
      if (options.json === true) return context.printer.out(JSON.stringify(answer.keys, null, 2));
      const rows = answer.keys.map((key) => [
        key.id,
        key.name,
        key.roles.join(','),
        key.scopes?.join(',') ?? 'all of its roles',
        key.revokedMs === undefined ? isoTime(key.expiresMs) : 'revoked',
        isoTime(key.lastUsedMs),
      ]);
      printTable(context.printer, ['ID', 'NAME', 'ROLES', 'SCOPES', 'EXPIRES', 'LAST USED'], rows);
    });
  keys
    .command('create')
    .description('make an API key; its secret is printed once')
    .argument('<name>', 'what it is for')
    .option('--roles <roles>', 'comma separated', 'sender')
    .option('--scopes <actions>', 'comma separated actions that it is limited to, such as logs:Write')
    .option('--expires-in <duration>', 'such as 90d')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast key create "web shop" --roles sender\n  holdfast key create "nightly report" --roles security --scopes logs:Read,logs:Describe --expires-in 90d',
    )
    .action(async (name: string, options: { roles: string; scopes?: string; expiresIn?: string; json?: boolean }) => {
      const nowMs = context.clock.nowMs();
      // A duration reads as "ago" in time arguments; an expiry lies as far ahead.
      const expiresMs =
        options.expiresIn === undefined ? undefined : 2 * nowMs - readTimeMs('--expires-in', options.expiresIn, nowMs);
      const body = { name, roles: list(options.roles), scopes: list(options.scopes), expiresMs };
      const created = await context.client().post<KeyCreatedBody>('/keys', body);
      if (options.json === true) return context.printer.out(JSON.stringify(created, null, 2));
      context.printer.out(
        `token               ${created.token}\nAWS access key id   ${created.accessKeyId}\nAWS secret key      ${created.secretAccessKey}`,
      );
      context.printer.err('The secret is not shown again.');
    });
  keys
    .command('revoke')
    .description('end a key at once')
    .argument('<id>')
    .action(async (id: string) => {
      await context.client().remove(`/keys/${encodeURIComponent(id)}`);
      context.printer.out(`revoked ${id}`);
    });
}

function addPersonCommands(people: Command, context: RunContext): void {
  people
    .command('list')
    .description('people and their roles')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const answer = await context.client().get<{ people: PersonBody[] }>('/people');
      if (options.json === true) return context.printer.out(JSON.stringify(answer.people, null, 2));
      const rows = answer.people.map((person) => [
        person.id,
        person.email,
        person.name,
        person.roles.join(','),
        person.disabled ? 'disabled' : 'active',
        isoTime(person.lastSignInMs),
      ]);
      printTable(context.printer, ['ID', 'E-MAIL', 'NAME', 'ROLES', 'STATE', 'LAST SIGN-IN'], rows);
    });
  people
    .command('add')
    .description('add a person; the generated password is printed once')
    .argument('<email>')
    .option('--name <name>', 'display name')
    .option('--roles <roles>', 'comma separated: viewer, responder, security, admin', 'viewer')
    .action(async (email: string, options: { name?: string; roles: string }) => {
      const body = { email, name: options.name ?? email, roles: list(options.roles) };
      const answer = await context.client().post<{ person: PersonBody; password?: string }>('/people', body);
      context.printer.out(
        `added ${answer.person.email}${answer.password === undefined ? '' : `\npassword ${answer.password}`}`,
      );
    });
  people
    .command('change')
    .description('change roles, or disable and enable')
    .argument('<id>')
    .option('--roles <roles>', 'comma separated')
    .option('--disable', 'no more sign-ins; sessions end')
    .option('--enable', 'sign-ins again')
    .action(async (id: string, options: { roles?: string; disable?: boolean; enable?: boolean }) => {
      const disabled = options.disable === true ? true : options.enable === true ? false : undefined;
      await context.client().patch(`/people/${encodeURIComponent(id)}`, { roles: list(options.roles), disabled });
      context.printer.out(`changed ${id}`);
    });
}

function addGrantCommands(grants: Command, context: RunContext): void {
  grants
    .command('list')
    .description('read grants on log groups')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const answer = await context.client().get<{ grants: GrantBody[] }>('/grants');
      if (options.json === true) return context.printer.out(JSON.stringify(answer.grants, null, 2));
      const rows = answer.grants.map((grant) => [
        grant.id,
        grant.subjectType,
        grant.subjectId,
        grant.pattern,
        isoTime(grant.createdMs),
      ]);
      printTable(context.printer, ['ID', 'SUBJECT', 'WHO', 'LOG GROUPS', 'SINCE'], rows);
    });
  grants
    .command('add')
    .description('let a person, a key or a role read log groups')
    .argument('<subject>', 'person:<id>, key:<id> or role:<name>')
    .argument('<pattern>', 'log group name with * wildcards')
    .action(async (subject: string, pattern: string) => {
      const [subjectType, ...rest] = subject.split(':');
      const grant = await context
        .client()
        .post<GrantBody>('/grants', { subjectType, subjectId: rest.join(':'), pattern });
      context.printer.out(`granted ${grant.pattern} to ${subject} (${grant.id})`);
    });
  grants
    .command('remove')
    .description('take a grant back')
    .argument('<id>')
    .action(async (id: string) => {
      await context.client().remove(`/grants/${encodeURIComponent(id)}`);
      context.printer.out(`removed ${id}`);
    });
}
