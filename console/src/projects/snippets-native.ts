import type { SdkSnippet } from './snippets.ts';

export const NATIVE_SNIPPETS: readonly SdkSnippet[] = [
  {
    id: 'flutter',
    label: 'Flutter',
    family: 'Mobile and native',
    platform: 'flutter',
    blocks: [
      { at: 'Shell', text: () => 'flutter pub add sentry_flutter' },
      {
        at: 'lib/main.dart',
        text: (dsn) => `await SentryFlutter.init(
  (options) => options.dsn = '${dsn}',
  appRunner: () => runApp(const MyApp()),
);`,
      },
    ],
  },
  {
    id: 'android',
    label: 'Android',
    family: 'Mobile and native',
    platform: 'android',
    blocks: [
      { at: 'app/build.gradle', text: () => "implementation 'io.sentry:sentry-android:8.+'" },
      {
        at: 'AndroidManifest.xml, in <application>',
        text: (dsn) => `<meta-data android:name="io.sentry.dsn" android:value="${dsn}" />`,
      },
    ],
  },
  {
    id: 'ios',
    label: 'iOS, macOS',
    family: 'Mobile and native',
    platform: 'cocoa',
    blocks: [
      { at: 'Swift package', text: () => 'https://github.com/getsentry/sentry-cocoa' },
      {
        at: 'Where the application begins',
        text: (dsn) => `import Sentry

SentrySDK.start { options in
    options.dsn = "${dsn}"
    options.enableAutoSessionTracking = true
}`,
      },
    ],
  },
  {
    id: 'cli',
    label: 'sentry-cli',
    family: 'Mobile and native',
    platform: 'other',
    blocks: [
      {
        at: 'Shell, for scripts and to try it',
        text: (dsn) => `export SENTRY_DSN=${dsn}
npx @sentry/cli send-event -m 'Hello from a script' -t job:backup`,
      },
    ],
  },
];
