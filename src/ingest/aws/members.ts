import { choice, integer, list, map, text } from './shape.ts';

/** Members that several operations have, with the constraints of the API's model. */

export const logGroupName = text({ min: 1, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' });
export const logGroupIdentifier = text({ min: 1, max: 2048, pattern: '[\\w#+=/:,.@\\-]*' });
export const logStreamName = text({ min: 1, max: 512, pattern: '[^:*]*' });
export const resourceArn = text({ min: 1, max: 1011, pattern: '[\\w+=/:,.@#\\-]*' });
export const nextToken = text({ min: 1, max: 4096 });
export const timestamp = integer({ min: 0 });
export const describeLimit = integer({ min: 1, max: 50 });
export const eventsLimit = integer({ min: 1, max: 10_000 });
export const filterPattern = text({ max: 1024 });
export const queryId = text({ min: 1, max: 256 });
export const logGroupClass = choice('STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY');
export const queryLanguage = choice('CWLI', 'SQL', 'PPL');
export const accountIdentifiers = list(text({ pattern: '\\d{12}' }), { max: 20 });

export const tagKey = text({ min: 1, max: 128, pattern: '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)' });
const tagValue = text({ max: 256, pattern: '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)' });
export const tags = map(tagKey, tagValue, { min: 1, max: 50 });

export const filterName = text({ min: 1, max: 512, pattern: '[^:*]*' });
export const metricName = text({ max: 255, pattern: '[^:*$]*' });
