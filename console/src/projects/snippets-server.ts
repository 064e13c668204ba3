import type { SdkSnippet } from './snippets.ts';

const PYTHON_OPTIONS = (dsn: string): string => `    dsn="${dsn}",
    release="shop@1.0.0",
    environment="production",
    traces_sample_rate=0.1,`;

const PYTHON: readonly SdkSnippet[] = [
  {
    id: 'python',
    label: 'Python',
    family: 'Python',
    platform: 'python',
    blocks: [
      { at: 'Shell', text: () => 'pip install sentry-sdk' },
      {
        at: 'Where the program begins',
        text: (dsn) => `import sentry_sdk

sentry_sdk.init(
${PYTHON_OPTIONS(dsn)}
)`,
      },
      {
        at: 'To try it, from the shell',
        text: (dsn) =>
          `python -c "import sentry_sdk; sentry_sdk.init('${dsn}'); sentry_sdk.capture_message('Hello from Python')"`,
      },
    ],
  },
  {
    id: 'django',
    label: 'Django',
    family: 'Python',
    platform: 'python-django',
    blocks: [
      { at: 'Shell', text: () => "pip install 'sentry-sdk[django]'" },
      {
        at: 'settings.py',
        text: (dsn) => `import sentry_sdk

sentry_sdk.init(
${PYTHON_OPTIONS(dsn)}
    send_default_pii=True,  # the signed-in user; secrets are masked here
)`,
      },
      {
        at: 'To try it, urls.py',
        text: () => `urlpatterns += [path('debug-error/', lambda request: 1 / 0)]`,
      },
    ],
  },
  {
    id: 'flask',
    label: 'Flask',
    family: 'Python',
    platform: 'python-flask',
    blocks: [
      { at: 'Shell', text: () => "pip install 'sentry-sdk[flask]'" },
      {
        at: 'Before the application is made',
        text: (dsn) => `import sentry_sdk
from flask import Flask

sentry_sdk.init(
${PYTHON_OPTIONS(dsn)}
)
app = Flask(__name__)`,
      },
    ],
  },
  {
    id: 'fastapi',
    label: 'FastAPI',
    family: 'Python',
    platform: 'python-fastapi',
    blocks: [
      { at: 'Shell', text: () => "pip install 'sentry-sdk[fastapi]'" },
      {
        at: 'Before the application is made',
        text: (dsn) => `import sentry_sdk
from fastapi import FastAPI

sentry_sdk.init(
${PYTHON_OPTIONS(dsn)}
)
app = FastAPI()`,
      },
    ],
  },
];

const JAVA: readonly SdkSnippet[] = [
  {
    id: 'java',
    label: 'Java',
    family: 'Server',
    platform: 'java',
    blocks: [
      { at: 'build.gradle', text: () => "implementation 'io.sentry:sentry:8.+'" },
      {
        at: 'Where the program begins',
        text: (dsn) => `import io.sentry.Sentry;

Sentry.init(options -> {
  options.setDsn("${dsn}");
  options.setRelease("shop@1.0.0");
  options.setEnvironment("production");
});`,
      },
      { at: 'To try it', text: () => 'Sentry.captureException(new IllegalStateException("Hello from Java"));' },
    ],
  },
  {
    id: 'spring',
    label: 'Spring Boot',
    family: 'Server',
    platform: 'java-spring-boot',
    blocks: [
      { at: 'build.gradle', text: () => "implementation 'io.sentry:sentry-spring-boot-starter-jakarta:8.+'" },
      {
        at: 'application.properties',
        text: (dsn) => `sentry.dsn=${dsn}
sentry.environment=production
sentry.traces-sample-rate=0.1`,
      },
    ],
  },
];

const OTHERS: readonly SdkSnippet[] = [
  {
    id: 'go',
    label: 'Go',
    family: 'Server',
    platform: 'go',
    blocks: [
      { at: 'Shell', text: () => 'go get github.com/getsentry/sentry-go' },
      {
        at: 'main.go',
        text: (dsn) => `err := sentry.Init(sentry.ClientOptions{
	Dsn:              "${dsn}",
	Release:          "shop@1.0.0",
	Environment:      "production",
	AttachStacktrace: true,
})
if err != nil {
	log.Fatalf("sentry.Init: %s", err)
}
defer sentry.Flush(2 * time.Second)
sentry.CaptureMessage("Hello from Go")`,
      },
    ],
  },
  {
    id: 'ruby',
    label: 'Ruby, Rails',
    family: 'Server',
    platform: 'ruby',
    blocks: [
      { at: 'Gemfile', text: () => "gem 'sentry-ruby'\ngem 'sentry-rails' # with Rails" },
      {
        at: 'config/initializers/sentry.rb',
        text: (dsn) => `Sentry.init do |config|
  config.dsn = '${dsn}'
  config.breadcrumbs_logger = [:active_support_logger, :http_logger]
  config.traces_sample_rate = 0.1
end`,
      },
      { at: 'To try it', text: () => "Sentry.capture_message('Hello from Ruby')" },
    ],
  },
  {
    id: 'php',
    label: 'PHP, Laravel',
    family: 'Server',
    platform: 'php',
    blocks: [
      { at: 'Shell', text: () => 'composer require sentry/sentry   # Laravel: sentry/sentry-laravel' },
      {
        at: 'PHP, where the program begins',
        text: (dsn) => `\\Sentry\\init([
  'dsn' => '${dsn}',
  'environment' => 'production',
]);`,
      },
      {
        at: 'Laravel, bootstrap/app.php and .env',
        text: (dsn) => `->withExceptions(function (Exceptions $exceptions) {
    \\Sentry\\Laravel\\Integration::handles($exceptions);
})

# .env
SENTRY_LARAVEL_DSN=${dsn}`,
      },
    ],
  },
  {
    id: 'dotnet',
    label: '.NET',
    family: 'Server',
    platform: 'csharp',
    blocks: [
      { at: 'Shell', text: () => 'dotnet add package Sentry   # ASP.NET Core: Sentry.AspNetCore' },
      {
        at: 'Program.cs',
        text: (dsn) => `SentrySdk.Init(options =>
{
    options.Dsn = "${dsn}";
    options.Release = "shop@1.0.0";
    options.AutoSessionTracking = true;
});
// ASP.NET Core instead: builder.WebHost.UseSentry("${dsn}");
SentrySdk.CaptureMessage("Hello from .NET");`,
      },
    ],
  },
  {
    id: 'rust',
    label: 'Rust',
    family: 'Server',
    platform: 'rust',
    blocks: [
      { at: 'Shell', text: () => 'cargo add sentry' },
      {
        at: 'src/main.rs',
        text: (dsn) => `fn main() {
    let _guard = sentry::init(("${dsn}", sentry::ClientOptions {
        release: sentry::release_name!(),
        ..Default::default()
    }));
    sentry::capture_message("Hello from Rust", sentry::Level::Info);
}`,
      },
    ],
  },
];

export const SERVER_SNIPPETS: readonly SdkSnippet[] = [...PYTHON, ...JAVA, ...OTHERS];
