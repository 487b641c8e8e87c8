import { timingSafeEqual } from 'node:crypto';
import Handlebars from 'handlebars';
import { parse } from 'yaml';
import { z } from 'zod';
import { webhookPath } from './webhook-route.ts';
import type { Routes } from './routes.ts';

/** What GitHub gives for a manifest's code (GitHub docs, "Registering a GitHub App from a manifest"). */
export interface RegisteredApp {
  readonly id: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly htmlUrl: string;
}

export interface Registration {
  /** The text of app.yml. */
  readonly manifest: string;
  /** The text of templates/dashboard/register.hbs. */
  readonly template: string;
  readonly stylesheet: string;
  /** Where people and GitHub reach the service. */
  readonly publicUrl: string;
  /** GitHub's address for people, e.g. https://github.com. */
  readonly githubUrl: string;
  /** The organisation that will own the App; null for the person who registers it. */
  readonly organisation: string | null;
  /** Unguessable; ties GitHub's answer to this run. */
  readonly state: string;
  readonly envFile: string;
  convert(code: string): Promise<RegisteredApp>;
  keep(app: RegisteredApp): Promise<void>;
}

const answer = z.object({ code: z.string().regex(/^[\w-]{1,100}$/), state: z.string() });

/** The pages that register the App, served while it has no id. */
export function registerRoute(registration: Registration): Routes {
  const page = Handlebars.compile(registration.template, { strict: true });
  return (server) => {
    server.get('/', async (_request, reply) => {
      const owner = registration.organisation;
      const path =
        owner === null
          ? '/settings/apps/new'
          : `/organizations/${encodeURIComponent(owner)}/settings/apps/new`;
      const action = `${registration.githubUrl}${path}?state=${registration.state}`;
      return reply.type('text/html; charset=utf-8').send(
        page({
          done: false,
          action,
          manifest: JSON.stringify(manifestFor(registration)),
          webhookUrl: new URL(webhookPath, registration.publicUrl).href,
        }),
      );
    });
    server.get('/assets/tidegate.css', async (_request, reply) =>
      reply.type('text/css; charset=utf-8').send(registration.stylesheet),
    );
    server.get('/register/done', async (request, reply) => {
      const query = answer.safeParse(request.query);
      if (!query.success || !isSame(query.data.state, registration.state)) {
        return reply
          .code(400)
          .type('text/plain')
          .send('This is not the answer to the registration begun here. Begin again at /.\n');
      }
      const app = await registration.convert(query.data.code);
      await registration.keep(app);
      return reply
        .type('text/html; charset=utf-8')
        .send(
          page({ done: true, envFile: registration.envFile, installUrl: `${app.htmlUrl}/installations/new` }),
        );
    });
  };
}

/** app.yml with the addresses of this service. */
function manifestFor({ manifest, publicUrl }: Pick<Registration, 'manifest' | 'publicUrl'>): object {
  const fields = z.record(z.string(), z.unknown()).parse(parse(manifest));
  return {
    ...fields,
    url: publicUrl,
    hook_attributes: { url: new URL(webhookPath, publicUrl).href, active: true },
    redirect_url: new URL('/register/done', publicUrl).href,
  };
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
