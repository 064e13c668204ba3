import { z } from '@hono/zod-openapi';
import type { Access, Grant, Key, Person } from '../access/index.ts';
import {
  grantBody,
  grantCreateBody,
  keyBody,
  keyCreateBody,
  keyCreatedBody,
  personBody,
  personChangeBody,
  personCreateBody,
} from './contract.ts';
import { type ApiApp, addRoute } from './route.ts';

const personOut = (person: Person): z.infer<typeof personBody> => ({ ...person, roles: [...person.roles] });
const keyOut = ({ scopes, ...key }: Key): z.infer<typeof keyBody> => ({
  ...key,
  roles: [...key.roles],
  ...(scopes === undefined ? {} : { scopes: [...scopes] }),
});
const grantOut = (grant: Grant): z.infer<typeof grantBody> => ({ ...grant });

/** People, API keys and read grants. */
export function addAccessRoutes(app: ApiApp, access: Access): void {
  addPeopleRoutes(app, access);
  addKeyRoutes(app, access);
  addRoute(
    app,
    {
      method: 'get',
      path: '/grants',
      summary: 'Read grants on log groups',
      answer: z.object({ grants: z.array(grantBody) }),
    },
    async ({ actor }) => ({ grants: (await access.grants.list(actor)).map(grantOut) }),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/grants',
      summary: 'Let somebody read log groups',
      body: grantCreateBody,
      answer: grantBody,
    },
    async ({ actor, body }) => grantOut(await access.grants.create(actor, body)),
  );
  addRoute(app, { method: 'delete', path: '/grants/{id}', summary: 'Take a grant back' }, async ({ actor, param }) => {
    await access.grants.remove(actor, param('id'));
    return undefined;
  });
}

function addPeopleRoutes(app: ApiApp, access: Access): void {
  addRoute(
    app,
    {
      method: 'get',
      path: '/people',
      summary: 'People and their roles',
      answer: z.object({ people: z.array(personBody) }),
    },
    async ({ actor }) => ({ people: (await access.people.list(actor)).map(personOut) }),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/people',
      summary: 'Add a person; a password that was not given is generated and answered once',
      body: personCreateBody,
      answer: z.object({ person: personBody, password: z.string().optional() }),
    },
    async ({ actor, body }) => {
      const created = await access.people.create(actor, body);
      return { ...created, person: personOut(created.person) };
    },
  );
  addRoute(
    app,
    {
      method: 'patch',
      path: '/people/{id}',
      summary: 'Change roles or name, disable or enable',
      body: personChangeBody,
      answer: personBody,
    },
    async ({ actor, param, body }) => personOut(await access.people.change(actor, param('id'), body)),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/people/{id}/password',
      summary: 'Give a generated password, answered once, and end the sessions',
      answer: z.object({ password: z.string() }),
    },
    ({ actor, param }) => access.people.resetPassword(actor, param('id')),
  );
}

function addKeyRoutes(app: ApiApp, access: Access): void {
  addRoute(
    app,
    {
      method: 'get',
      path: '/keys',
      summary: 'API keys, without their secrets',
      answer: z.object({ keys: z.array(keyBody) }),
    },
    async ({ actor }) => ({ keys: (await access.keys.list(actor)).map(keyOut) }),
  );
  addRoute(
    app,
    {
      method: 'post',
      path: '/keys',
      summary: 'Make an API key; its secret is answered once',
      body: keyCreateBody,
      answer: keyCreatedBody,
    },
    async ({ actor, body }) => {
      const created = await access.keys.create(actor, body);
      return { ...created, key: keyOut(created.key) };
    },
  );
  addRoute(
    app,
    { method: 'delete', path: '/keys/{id}', summary: 'Revoke an API key at once' },
    async ({ actor, param }) => {
      await access.keys.revoke(actor, param('id'));
      return undefined;
    },
  );
}
