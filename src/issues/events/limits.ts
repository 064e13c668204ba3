import { defineLimits, KiB } from '../../base/index.ts';

/** What of one event is kept; what is cut is said in its remarks. */
export const ISSUES_EVENTS_LIMITS = defineLimits('issues-events', {
  exceptionsMax: {
    value: 50,
    unit: 'count',
    reason:
      'exceptions of one chain or group; of longer ones the two ends are kept, where the cause and the catch stand',
  },
  threadsMax: {
    value: 256,
    unit: 'count',
    reason: 'threads of one event; a mobile app has fewer, and those that crashed are kept first',
  },
  framesMax: {
    value: 250,
    unit: 'count',
    reason: 'frames of one stack trace; of deeper recursion the two ends are kept, as SDKs themselves do',
  },
  breadcrumbsMax: {
    value: 100,
    unit: 'count',
    reason: 'the default of SDKs; the newest are kept',
  },
  tagsMax: {
    value: 200,
    unit: 'count',
    reason: 'sent tags of one event: a flood of tags would make the distributions of its issue useless',
  },
  tagLengthMax: {
    value: 200,
    unit: 'count',
    reason: 'characters of a tag: it is a value to count by, not a text to read',
  },
  headersMax: {
    value: 200,
    unit: 'count',
    reason: 'headers, cookies and query parameters, each; servers refuse requests with more',
  },
  nameLengthMax: {
    value: 512,
    unit: 'count',
    reason: 'characters of names, versions and identifiers',
  },
  pathLengthMax: {
    value: 1024,
    unit: 'count',
    reason: 'characters of file names and of names of functions, which templates make long',
  },
  urlLengthMax: {
    value: 4096,
    unit: 'count',
    reason: 'characters of a URL without its query',
  },
  messageLengthMax: {
    value: 8192,
    unit: 'count',
    reason: 'characters of messages and values of exceptions; grouping reads no more of them',
  },
  contextLineLengthMax: {
    value: 512,
    unit: 'count',
    reason: 'characters of a line of source: a minified file is one line',
  },
  contextLinesMax: {
    value: 20,
    unit: 'count',
    reason: 'lines of source before and after a frame, each; SDKs send five to seven',
  },
  fingerprintMax: {
    value: 32,
    unit: 'count',
    reason: 'parts of a fingerprint; people write one to three',
  },
  modulesMax: {
    value: 2000,
    unit: 'count',
    reason: 'packages of an application with their versions',
  },
  imagesMax: {
    value: 1000,
    unit: 'count',
    reason: 'debug images; a browser loads tens, a mobile app some hundreds',
  },
  varsBytesMax: {
    value: 8 * KiB,
    unit: 'bytes',
    reason: 'locals of one frame, about; a frame that holds a whole response would push all others out of sight',
  },
  contextBytesMax: {
    value: 32 * KiB,
    unit: 'bytes',
    reason: 'one context, about',
  },
  contextsMax: {
    value: 64,
    unit: 'count',
    reason: 'contexts of one event; SDKs send up to about a dozen',
  },
  extraBytesMax: {
    value: 128 * KiB,
    unit: 'bytes',
    reason: 'all that is in extra, about',
  },
  bodyBytesMax: {
    value: 32 * KiB,
    unit: 'bytes',
    reason: 'the body of the request that failed, about',
  },
  crumbBytesMax: {
    value: 8 * KiB,
    unit: 'bytes',
    reason: 'data of one breadcrumb, about',
  },
  otherBytesMax: {
    value: 64 * KiB,
    unit: 'bytes',
    reason: 'fields that have no place of their own, about',
  },
  valueLengthMax: {
    value: 8192,
    unit: 'count',
    reason: 'characters of one text inside of locals, contexts, extra and bodies',
  },
  depthMax: {
    value: 7,
    unit: 'count',
    reason: 'depth of locals, contexts, extra and bodies, below which nobody reads',
  },
  keysMax: {
    value: 200,
    unit: 'count',
    reason: 'entries of one object or list inside of locals, contexts, extra and bodies',
  },
  remarksMax: {
    value: 100,
    unit: 'count',
    reason: 'remarks of one event; the first ones say what is wrong with the rest',
  },
  clockDriftSecondsMin: {
    value: 30,
    unit: 's',
    reason: 'a smaller difference between sending and receiving is the network, not a wrong clock',
  },
  pastDaysMax: {
    value: 30,
    unit: 'days',
    reason: 'an event of the past beyond this (or beyond its retention) would expire at once, so it counts as of now',
  },
  cleanTextsMax: {
    value: 16_384,
    unit: 'count',
    reason: 'short texts in which nothing was found to mask are remembered: the same frames come with every event',
  },
  cleanTextLengthMax: {
    value: 256,
    unit: 'count',
    reason: 'characters of a text that is remembered; longer ones hardly come twice',
  },
  userAgentsMax: {
    value: 2000,
    unit: 'count',
    reason: 'user agents whose browser is remembered; reading one costs about 0.1 ms',
  },
});
