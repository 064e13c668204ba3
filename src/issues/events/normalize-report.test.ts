import { describe, expect, it } from 'vitest';
import { createRedactor, newRedactionReport } from '../../redact/index.ts';
import type { JsonObject, NormalizedEvent, Project } from '../types.ts';
import { createNormalizeEvent } from './index.ts';

const normalizeEvent = createNormalizeEvent({ redactor: createRedactor() });
// Only its id and its retention are read.
const project = { id: '7', settings: { retentionDays: 90 } } as Project;

const normalize = (payload: JsonObject): NormalizedEvent =>
  normalizeEvent(
    {
      ...{ project, payload, eventId: 'e'.repeat(32), receivedMs: 1.8e12, client: '', attachments: [] },
      ...{ sourceIp: '', userAgent: '' },
    },
    newRedactionReport(),
  );

describe('the report of a browser', () => {
  const check = (
    payload: JsonObject,
    expected: { type: string; title: string; transaction: string },
  ): NormalizedEvent => {
    const event = normalize(payload);
    expect({ type: event.type, title: event.message?.formatted, transaction: event.transaction }).toEqual(expected);
    return event;
  };

  it('has a title that says what was blocked', () => {
    const blocked = {
      'csp-report': {
        'blocked-uri': 'https://evil.example/x.js',
        'violated-directive': 'script-src-elem',
        'document-uri': 'https://shop.example.org/a?b=c',
      },
    };
    const csp = { type: 'csp', transaction: 'script-src-elem' };
    const event = check({ csp: blocked }, { ...csp, title: "Blocked 'script' from 'evil.example'" });
    expect(event.request).toMatchObject({ url: 'https://shop.example.org/a', query: [['b', 'c']] });
    expect(event.tags).toMatchObject({
      'effective-directive': 'script-src-elem',
      'blocked-uri': 'https://evil.example/x.js',
      logger: 'csp',
    });
    check(
      { csp: { type: 'csp-violation', body: { blockedURL: 'inline', effectiveDirective: 'style-src-attr' } } },
      { type: 'csp', transaction: 'style-src-attr', title: "Blocked inline 'style'" },
    );
    check(
      { csp: { blocked_uri: 'data', effective_directive: 'img-src' } },
      { type: 'csp', transaction: 'img-src', title: "Blocked 'image' from 'data:'" },
    );
    check(
      { csp: { blocked_uri: 'eval', violated_directive: "script-src 'self'" } },
      { type: 'csp', transaction: 'script-src', title: "Blocked eval() in 'script'" },
    );
  });

  it('has a title for pins, certificates, staples and the network too', () => {
    const host = { hostname: 'a.example' };
    check(
      { hpkp: host },
      { type: 'hpkp', transaction: 'a.example', title: "Public key pinning validation failed for 'a.example'" },
    );
    check(
      { expectct: { 'expect-ct-report': host } },
      { type: 'expect-ct', transaction: 'a.example', title: "Expect-CT failed for 'a.example'" },
    );
    check(
      { expectstaple: host },
      { type: 'expect-staple', transaction: 'a.example', title: "Expect-Staple failed for 'a.example'" },
    );
    check(
      {
        nel: { type: 'network-error', url: 'https://a.example/x', body: { phase: 'connection', type: 'tcp.refused' } },
      },
      { type: 'nel', transaction: 'a.example', title: 'connection / tcp.refused' },
    );
  });
});
