import { DOMImplementation, XMLSerializer, type Document, type Element } from '@xmldom/xmldom';
import { isJsonObject, type JsonObject } from '#libs/sends';

const notInXml = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
/** What stands in XML as it is. */
const plain = /^[\x20-\x25\x27-\x3b\x3d\x3f-\x7e]*$/;
const implementation = new DOMImplementation();
const serializer = new XMLSerializer();
const texts = implementation.createDocument(null, 'texts');

/**
 * An element as XML. Members that begin with `@` are attributes, `#text` is its text, every other member an element: an object, a text, or a list of
 * either for several of one name. What is null or undefined is left out, as are characters that XML has no place for. Throws for a name that XML
 * cannot have.
 */
export function xmlOf(name: string, content: JsonObject): string {
  const document = implementation.createDocument(null, name);
  if (document.documentElement) fill(document, document.documentElement, content);
  return serializer.serializeToString(document);
}

/** A text as it stands between tags. */
export function escapedForXml(text: string): string {
  return plain.test(text) ? text : serializer.serializeToString(texts.createTextNode(clean(text)));
}

function fill(document: Document, element: Element, content: JsonObject): void {
  for (const [name, value] of Object.entries(content)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith('@')) element.setAttribute(name.slice(1), textOf(value));
    else if (name === '#text') element.appendChild(document.createTextNode(textOf(value)));
    else for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) append(document, element, name, one);
  }
}

function append(document: Document, parent: Element, name: string, value: unknown): void {
  if (value === null || value === undefined) return;
  const element = document.createElement(name);
  if (isJsonObject(value)) fill(document, element, value);
  else if (value !== '') element.appendChild(document.createTextNode(textOf(value)));
  parent.appendChild(element);
}

function textOf(value: unknown): string {
  return clean(typeof value === 'string' ? value : JSON.stringify(value));
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll(notInXml, '');
}
