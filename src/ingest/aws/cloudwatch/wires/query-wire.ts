import type { IncomingMessage } from 'node:http';
import { Failure } from '../../../../base/index.ts';
import { CLOUDWATCH_FAILURES } from '../failures.ts';
import { FORM_TREE, parseForm } from './form-tree.ts';
import { NAMESPACE_URI, type Wire } from './wire.ts';
import { element, escapeXml, writeXml } from './write-xml.ts';

const VERSION = '2010-08-01';
const CONTENT_TYPE = 'text/xml';

/** The Query form: `Action=…&Version=2010-08-01` in a form, answers and errors in XML. */
export const QUERY_WIRE: Wire = {
  name: 'query',
  matches: (request, url) => request.method === 'POST' && url.pathname === '/' && isForm(request) && isForUs(request),
  operationOf: () => undefined,
  read: (_request, _url, bytes) => {
    const root = parseForm(bytes);
    const operation = root.children?.get('Action')?.value ?? '';
    const version = root.children?.get('Version')?.value;
    if (operation === '') throw new Failure(CLOUDWATCH_FAILURES.parameterMissing, { parameter: 'Action' });
    if (!/^[A-Za-z0-9]{1,64}$/.test(operation) || (version !== undefined && version !== VERSION)) {
      throw new Failure(CLOUDWATCH_FAILURES.operationUnknown, { operation: operation.slice(0, 64) });
    }
    return { operation, root, tree: FORM_TREE };
  },
  write: ({ operation, output, value, requestId }) => {
    const result = output === undefined ? '' : element(`${operation}Result`, writeXml(output, value));
    const metadata = element('ResponseMetadata', element('RequestId', escapeXml(requestId)));
    const body = `<${operation}Response xmlns="${NAMESPACE_URI}">${result}${metadata}</${operation}Response>`;
    return { headers: { 'content-type': CONTENT_TYPE }, body };
  },
  writeError: (error, requestId) => {
    const parts =
      element('Type', error.isSender ? 'Sender' : 'Receiver') +
      element('Code', escapeXml(error.code)) +
      element('Message', escapeXml(error.message));
    const content = element('Error', parts) + element('RequestId', escapeXml(requestId));
    return {
      headers: { 'content-type': CONTENT_TYPE },
      body: `<ErrorResponse xmlns="${NAMESPACE_URI}">${content}</ErrorResponse>`,
    };
  },
};

const isForm = ({ headers }: IncomingMessage): boolean =>
  headers['x-amz-target'] === undefined &&
  (headers['content-type'] ?? '').toLowerCase().startsWith('application/x-www-form-urlencoded');

/** Other services speak the Query form too; the signature says for whom a form is. */
const isForUs = ({ headers }: IncomingMessage): boolean =>
  headers.authorization === undefined || headers.authorization.includes('/monitoring/aws4_request');
