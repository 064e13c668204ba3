import { describe, expect, test } from 'vitest';
import { createRedactor, explainRedaction } from './index.ts';

const base64Image = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 73 + (at >> 3)) & 0xff)).toString(
  'base64',
);

/** What programs write all day, full of words and shapes that come near to secrets. */
const ORDINARY: readonly string[] = [
  '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif?page=2&sort=key HTTP/1.0" 200 2326 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0"',
  '10.2.3.4 - - [01/Feb/2026:00:00:01 +0000] "POST /oauth/token HTTP/1.1" 401 112 "-" "okhttp/4.12.0"',
  '2026-02-01T12:00:00.123Z INFO  [http-nio-8080-exec-4] c.e.auth.TokenService - Issued token for user 4711, expires in 3600 s',
  '2026-02-01 12:00:01,456 WARN  o.s.s.w.a.BasicAuthenticationFilter - Basic authentication failed for user alice',
  'User authenticated successfully',
  'Password reset e-mail sent to bob@example.com',
  'Invalid password for user alice from 203.0.113.9 port 51234 ssh2',
  'Failed password for invalid user admin from 198.51.100.7 port 40022 ssh2',
  'Accepted publickey for deploy from 192.0.2.4 port 50022 ssh2: ED25519 SHA256:3Q2mZk1c9d8XyHnqv0pPq7m2Z0cVt1b0Yw8f4w3u5kE',
  'pam_unix(sshd:session): session opened for user deploy(uid=1001) by (uid=0)',
  'token_count=1532 max_tokens=4096 prompt_tokens=120 completion_tokens=1412 model=small-2',
  '{"usage":{"input_tokens":1200,"output_tokens":311,"total_tokens":1511}}',
  '{"level":"info","ts":1767225600.123,"msg":"authenticated","user_id":"u_8f14e45f","session_count":3,"password_reset_count":0}',
  '{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","trace_flags":"01","service":"checkout"}',
  '{"id":"3f2b7e0a-9c1d-4a5e-8b6f-0d1c2e3f4a5b","parent_id":"1d9e6c52-0b7a-4f43-9f57-6a1b2c3d4e5f","kind":"order.created"}',
  '{"author":"Jane Doe","authority":"eu-1","authorized":true,"key":"user_id","keys":["a","b"],"primary_key":"id"}',
  '{"nextToken":"eyJNYXJrZXIiOm51bGwsImJvdG9fdHJ1bmNhdGVfYW1vdW50IjoyfQ==","items":[]}',
  'cache key user:4711:profile missed, loading from database',
  'redis GET session:cart:4711 took 2 ms, key expired',
  'kafka: partition key order-4711-eu assigned to partition 12 of topic payments.v2',
  'Unexpected token < in JSON at position 0',
  'SyntaxError: Unexpected token } in JSON at position 1532',
  'error: token "foo" is not defined at line 3, column 12',
  'no secret named "payments-db" found in namespace shop',
  'secret/payments-db-credentials created',
  'kubectl get secret payments-db -o yaml',
  'MountVolume.SetUp failed for volume "token-volume" : secret "payments-token-x7k2p" not found',
  'Normal  Pulled  2m  kubelet  Container image "registry.example.com/shop/api@sha256:9b2a1f6c0d3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c" already present',
  'Back-off restarting failed container=api pod=api-7d9f8b6c5d-x2x9p_shop(3f2b7e0a-9c1d-4a5e-8b6f-0d1c2e3f4a5b)',
  'level=info ts=2026-02-01T12:00:00Z caller=main.go:42 msg="listening" addr=:8080 tls=false auth=none',
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8 (HEAD -> main, tag: v1.4.2) Merge branch token-refresh',
  'Deployed git sha 5f2c1e9 of shop-api to eu-central-1 in 42 s',
  'md5=d41d8cd98f00b204e9800998ecf8427e size=0 etag="d41d8cd98f00b204e9800998ecf8427e"',
  'digest sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 verified',
  `<img src="data:image/png;base64,${base64Image}">`,
  'SELECT id, email, password_hash FROM users WHERE token IS NOT NULL AND secret_id = $1 ORDER BY key LIMIT 20',
  'UPDATE sessions SET expires_at = now() WHERE session_key = ? AND user_id = 4711',
  "INSERT INTO audit (actor, action, key) VALUES ('alice', 'password.changed', 'settings')",
  'ERROR: duplicate key value violates unique constraint "users_email_key"',
  'DETAIL:  Key (email)=(bob@example.com) already exists.',
  'FATAL:  password authentication failed for user "app"',
  'Exception in thread "main" java.lang.IllegalStateException: token must not be null\n\tat com.example.auth.TokenStore.get(TokenStore.java:41)\n\tat com.example.auth.SecretKeyFactory.lambda$main$0(SecretKeyFactory.java:17)',
  'Traceback (most recent call last):\n  File "/srv/app/auth/session.py", line 88, in refresh\n    token = self.store[key]\nKeyError: \'user_session\'',
  "TypeError: Cannot read properties of undefined (reading 'token')\n    at Object.<anonymous> (/srv/app/src/auth/token.js:12:19)",
  'panic: runtime error: invalid memory address\ngoroutine 17 [running]:\nmain.(*SessionStore).Get(0xc000123400, {0xc0004e2a50, 0x24})\n\t/srv/session.go:77 +0x1d',
  'goroutine 1 [select]: crypto/tls.(*Conn).handshakeContext(0xc0001b6000, {0x7f3c, 0xc000112f00})',
  'order 4711 paid: amount=1999 currency=CHF payment_id=5500000000000004 status=captured',
  'batch 20260201120000123 processed 1234567890123 bytes at 1767225600000',
  'ids 1767225600000000001, 1767225600000000002 and 9007199254740993',
  'phone +41 44 668 18 00, IBAN check skipped, reference 00 00000 00000 00000 00000 00000',
  'https://shop.example.com/products/4711?ref=newsletter&utm_campaign=winter-2026&page=3&sort=price',
  'GET https://api.example.com:8443/v1/users?key=name&value=bob 200 12ms',
  'see https://user-images.example.com/12345/keynote.png and mailto:alice@example.com',
  'Authorization header missing for route /v1/orders',
  'authorization: required, scheme: bearer',
  'WWW-Authenticate: Bearer realm="api", error="invalid_token", error_description="The access token expired"',
  'cookie consent: accepted; cookies enabled; SameSite=Lax',
  'session=active user=bob state=running attempt=3',
  'otp requested for user bob, channel=sms',
  'private key file /etc/tls/private/server.key loaded, certificate valid until 2027-01-01',
  'api key rotation scheduled for 2026-03-01, api_key_id=k_42',
  'aws: assumed role arn:aws:iam::123456789012:role/deploy in eu-west-1, account_key_rotation=true',
  'secret arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf read by deploy',
  'ssl handshake: cipher TLS_AES_256_GCM_SHA384, key exchange X25519, session ticket reused',
  'GC pause 12.4ms heap 512M->128M keyspace_hits=9123 keyspace_misses=17',
  'user-agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 Version/17.2 Mobile/15E148 Safari/604.1',
  'Compass heading 271, passenger 12 of 40, passed 118 tests, 0 failed, bypass=false',
  'public_key=ssh-ed25519 public_key_fingerprint=aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99',
  'csrf token missing or incorrect',
  'token bucket: capacity=100 refill_rate=10/s tokens=37 key=ip:203.0.113.9',
  'Secret scanning finished: 0 findings in 1532 files',
  'mail from=<bounce@mailer.example.com> to=<bob@example.com> msgid=<20260201120000.4F3A2@mx.example.com> dkim=pass spf=pass',
  'kernel: [12345.678901] usb 1-1: New USB device found, idVendor=0781, idProduct=5567, bcdDevice=1.26',
  'terraform apply: aws_kms_key.main: Creation complete after 3s [id=1234abcd-12ab-34cd-56ef-1234567890ab]',
  'http_request_duration_seconds_bucket{route="/login",method="POST",le="0.1"} 1532',
  'segment 000000010000000A000000FE archived, lsn=A/FE000028, timeline=1',
  'Notification sent: "Your password was changed. If this was not you, please contact support."',
  '{"errors":[{"field":"password","code":"too_short","message":"must have at least 12 characters"}]}',
  '{"event":"login","method":"password","mfa":true,"token_type":"Bearer","expires_in":3600,"scope":"read write"}',
  '{"key":"feature.checkout.v2","value":"enabled"}',
  '{"headers":{"content-type":"application/json","accept":"*/*","x-request-id":"7b0d6a3e5f1c4e2a9d8b7c6a5f4e3d2c"}}',
  'npm warn deprecated request@2.88.2: use another package; npm_config_cache=/root/.npm npm_package_name=shop',
  'Step 7/12 : ARG TOKEN_TTL_SECONDS=3600',
  'grpc-status: 16 UNAUTHENTICATED: token has expired, request_id=0HMVD2Q9F3K5T',
  'SecretsManager client initialized, region=eu-west-1, endpoint=https://secretsmanager.eu-west-1.amazonaws.com',
  'config loaded: db.host=db1 db.user=app db.password.file=/run/secrets/db_password',
  'password = getpass.getpass("Password: ")',
  'const token = await getToken(request, options);',
  'let apiKey = process.env.API_KEY ?? config.apiKey;',
  'kube-apiserver: authentication.k8s.io/v1 TokenReview 201 3.2ms auditID=3f2b7e0a-9c1d-4a5e-8b6f-0d1c2e3f4a5b',
  'EventID=4624 LogonType=3 TargetUserSid=S-1-5-21-3623811015-3361044348-30300820-1013 KeyLength=128 LmPackageName=NTLM V2',
];

describe('ordinary log lines', () => {
  const redactor = createRedactor();
  test.each(ORDINARY)('stays as it is: %s', (line) => {
    expect(explainRedaction(redactor, line).masks).toEqual([]);
    expect(redactor.text(line)).toBe(line);
  });

  test('stay as they are inside JSON and escaped JSON', () => {
    for (const line of ORDINARY) {
      const once = JSON.stringify({ level: 'info', message: line, service: 'shop' });
      expect(redactor.text(once)).toBe(once);
      const twice = JSON.stringify({ log: once });
      expect(redactor.text(twice)).toBe(twice);
    }
  });
});
