import { type Shape, shapeOf } from '../model/shapes.ts';

/** What XML 1.0 cannot say in any way is replaced; the rest of what would be markup is escaped. */
const NOT_XML =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const MARKUP = /[&<>\r]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // A parser would otherwise turn it into a line feed.
  '\r': '&#xD;',
};

export const escapeXml = (text: string): string =>
  text.replace(NOT_XML, '\ufffd').replace(MARKUP, (character) => ENTITIES[character] ?? '');

export const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

/** The content of an element by its shape: lists as `member`, maps as `entry`, times in ISO 8601. */
export function writeXml(shape: Shape, value: unknown): string {
  switch (shape.type) {
    case 'text':
      return escapeXml(String(value));
    case 'time':
      return isoTime(Number(value));
    case 'list':
      return (value as readonly unknown[]).map((item) => element('member', writeXml(shape.of, item))).join('');
    case 'map':
      return Object.entries(value as Readonly<Record<string, unknown>>)
        .map(([key, item]) =>
          element('entry', element('key', escapeXml(key)) + element('value', writeXml(shape.of, item))),
        )
        .join('');
    case 'structure': {
      const from = value as Readonly<Record<string, unknown>>;
      let out = '';
      for (const [name, member] of Object.entries(shape.members)) {
        if (from[name] !== undefined) out += element(name, writeXml(shapeOf(member), from[name]));
      }
      return out;
    }
    default:
      return String(value);
  }
}

/** Whole seconds without a fraction, as old clients expect them. */
const isoTime = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
