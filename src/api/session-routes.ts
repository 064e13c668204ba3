import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import type { Access, Session } from '../access/index.ts';
import { passwordChangeBody, type SessionBody, sessionBody, signInBody } from './contract.ts';
import { type ApiApp, type ApiEnv, addRoute } from './route.ts';

export const SESSION_COOKIE = 'hf_session';

const sessionOut = ({ person, csrfToken, expiresMs, mustChangePassword }: Session): SessionBody => ({
  person: { id: person.id, email: person.email, name: person.name, roles: [...person.roles] },
  csrfToken,
  expiresMs,
  mustChangePassword,
});

/** Signing in and out. The cookie is HttpOnly and SameSite=Strict, and Secure when the public origin is https. */
export function addSessionRoutes(
  app: ApiApp,
  deps: {
    readonly access: Access;
    readonly isHttps: boolean;
    readonly sessionOf: (context: Context<ApiEnv>) => Session;
  },
): void {
  const { access } = deps;
  const cookie = { path: '/', httpOnly: true, sameSite: 'Strict', secure: deps.isHttps } as const;
  addRoute(
    app,
    { method: 'post', path: '/session', summary: 'Sign in', body: signInBody, answer: sessionBody, isOpen: true },
    async ({ body, context }) => {
      const origin = { sourceIp: context.get('sourceIp'), userAgent: context.get('userAgent') };
      const { token, session } = await access.signIn({ ...origin, ...body });
      setCookie(context, SESSION_COOKIE, token, { ...cookie, expires: new Date(session.expiresMs) });
      return sessionOut(session);
    },
  );
  addRoute(
    app,
    { method: 'get', path: '/session', summary: 'Who is signed in', answer: sessionBody },
    async ({ context }) => sessionOut(deps.sessionOf(context)),
  );
  addRoute(app, { method: 'delete', path: '/session', summary: 'Sign out' }, async ({ actor, context }) => {
    await access.signOut(actor);
    deleteCookie(context, SESSION_COOKIE, cookie);
    return undefined;
  });
  addRoute(
    app,
    {
      method: 'post',
      path: '/session/password',
      summary: 'Change the own password; other sessions end',
      body: passwordChangeBody,
    },
    async ({ actor, body }) => {
      await access.changePassword(actor, body);
      return undefined;
    },
  );
}
