// Reading and writing the little XML that S3 speaks.
import { XMLParser, XMLValidator } from 'fast-xml-parser';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Characters that would not survive as they are: markup, and controls, which parsers drop or normalise. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold them, so they are escaped
const unsafe = /[&<>"'\u0000-\u001f\u007f-\u009f\u2028\ufffe\uffff]/g;
const named: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escapeText(text: string): string {
  return text.replace(unsafe, (found) => named[found] ?? `&#x${found.charCodeAt(0).toString(16)};`);
}

/** A piece of XML that needs no more escaping. */
export interface Xml {
  xml: string;
}

/** One element; plain values are escaped, `null` and `undefined` leave the whole element out. */
export function element(
  name: string,
  content: string | number | boolean | null | undefined | readonly Xml[],
): Xml {
  if (content === null || content === undefined) return { xml: '' };
  const inner =
    typeof content === 'object' ? content.map((child) => child.xml).join('') : escapeText(String(content));
  return { xml: `<${name}>${inner}</${name}>` };
}

/** A whole document under S3's namespace (its errors have none). */
export function xmlDocument(root: string, ...children: readonly Xml[]): string {
  const attribute = root === 'Error' ? '' : ` xmlns="${namespace}"`;
  const inner = children.map((child) => child.xml).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${inner}</${root}>`;
}

export type XmlNode = string | XmlNode[] | { [name: string]: XmlNode };

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  // The parser drops references to control characters, which keys may hold: unescapeText reads them instead.
  processEntities: false,
});
const references: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeText(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (found, hex, decimal, name) => {
      if (name !== undefined) return references[name.toLowerCase()]!;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : found;
    },
  );
}

/** Reads a document; undefined if it is none, or its root is not the expected one. */
export function parseXml(text: string, root: string): XmlNode | undefined {
  if (text === '' || XMLValidator.validate(text) !== true) return undefined;
  return (parser.parse(text) as Record<string, XmlNode>)[root];
}

/** All children of a name, however many there are. */
export function childrenOf(node: XmlNode | undefined, name: string): XmlNode[] {
  if (node === undefined || typeof node === 'string' || Array.isArray(node)) return [];
  const found = node[name];
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
}

/** The text of the first child of a name, undefined where there is none. */
export function textOf(node: XmlNode | undefined, name: string): string | undefined {
  const [first] = childrenOf(node, name);
  return typeof first === 'string' ? unescapeText(first) : undefined;
}
