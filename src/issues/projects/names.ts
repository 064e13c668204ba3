import { clip, Failure } from '../../base/index.ts';
import { ISSUES_PROJECTS_FAILURES } from './failures.ts';
import { ISSUES_PROJECTS_LIMITS } from './limits.ts';

const SHOWN_MAX = 80;

/** Throws `projects.name-invalid`. */
export function acceptedText(field: string, text: string, max: number): string {
  const value = text.normalize('NFC').trim();
  const refuse = (reason: string): Failure =>
    new Failure(ISSUES_PROJECTS_FAILURES.nameInvalid, {
      ...{ field, reason, max },
      value: JSON.stringify(clip(text, SHOWN_MAX)),
    });
  if (value.length < 1 || value.length > max) throw refuse(`it has ${value.length} characters`);
  const wrong = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.exec(value)?.[0];
  if (wrong !== undefined) throw refuse(`it holds ${JSON.stringify(wrong)}`);
  return value;
}

/** A slug of digits alone could not be told from an id. Throws `projects.slug-invalid`. */
export function acceptedSlug(slug: string): string {
  const max = ISSUES_PROJECTS_LIMITS.slugCharsMax;
  if (slug.length <= max && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(slug) && /[a-z]/.test(slug)) return slug;
  throw new Failure(ISSUES_PROJECTS_FAILURES.slugInvalid, { slug: JSON.stringify(clip(slug, SHOWN_MAX)), max });
}

/** The slug that a name suggests; `taken` makes it end in a number that is free. */
export function slugOf(name: string, taken: (slug: string) => boolean): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, ISSUES_PROJECTS_LIMITS.slugCharsMax - 5)
    .replace(/-+$/, '');
  const base = /[a-z]/.test(plain) ? plain : `project${plain === '' ? '' : `-${plain}`}`;
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? base : `${base}-${number}`;
    if (!taken(slug)) return slug;
  }
}
