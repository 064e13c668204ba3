import Bowser from 'bowser';
import { LRUCache } from 'lru-cache';
import { ISSUES_EVENTS_LIMITS as LIMITS } from './limits.ts';

export interface ClientFacts {
  readonly browser?: { readonly name: string; readonly version: string };
  readonly os?: { readonly name: string; readonly version: string };
  readonly device?: { readonly family: string; readonly model: string };
}

/** What a user agent says of its browser, system and device; remembered, for the same ones come with every event. */
export function createClientReader(): (userAgent: string) => ClientFacts {
  const known = new LRUCache<string, ClientFacts>({ max: LIMITS.userAgentsMax });
  return (userAgent) => {
    if (userAgent === '') return {};
    const key = userAgent.slice(0, LIMITS.nameLengthMax);
    const found = known.get(key);
    if (found !== undefined) return found;
    const facts = read(key);
    known.set(key, facts);
    return facts;
  };
}

function read(userAgent: string): ClientFacts {
  const { browser, os, platform } = Bowser.parse(userAgent);
  const device = platform.model ?? '';
  return {
    ...(browser.name ? { browser: { name: browser.name, version: browser.version ?? '' } } : {}),
    ...(os.name ? { os: { name: os.name, version: os.versionName ?? os.version ?? '' } } : {}),
    ...(device === ''
      ? {}
      : { device: { family: [platform.vendor, device].filter(Boolean).join(' '), model: device } }),
  };
}
