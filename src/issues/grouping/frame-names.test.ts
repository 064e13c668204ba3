import { describe, expect, test } from 'vitest';
import { normalizeFile, normalizeFunction, normalizeModule, trimFunction } from './frame-names.ts';
import { familyOf } from './platform.ts';
import { trimNativeFunction } from './trim-native-function.ts';

/** `undefined` stands for a name that does not count. */
function checkFunction(platform: string, name: string, expected: string | undefined): void {
  test(`${platform}: ${name}`, () => {
    const family = familyOf(platform);
    const result = normalizeFunction(trimFunction(name, platform, family), platform, family);
    expect(result.ignored === undefined ? result.value : undefined).toBe(expected);
  });
}

function checkModule(platform: string, module: string, expected: string | undefined, absPath = ''): void {
  test(`${platform}: ${module}`, () => {
    const result = normalizeModule(module, { platform, family: familyOf(platform), absPath });
    expect(result.ignored === undefined ? result.value : undefined).toBe(expected);
  });
}

function checkFile(platform: string, filename: string, expected: string | undefined, absPath = ''): void {
  test(`${platform}: ${filename} ${absPath}`, () => {
    const result = normalizeFile(filename, { platform, family: familyOf(platform), absPath });
    expect(result.ignored === undefined ? result.value : undefined).toBe(expected);
  });
}

describe('functions', () => {
  checkFunction('javascript', 'foo', 'foo');
  checkFunction('javascript', 'Object.foo', 'foo');
  checkFunction('javascript', 'Foo.prototype.bar', 'bar');
  checkFunction('javascript', 'Foo.bar [as baz]', 'bar');
  checkFunction('javascript', 'async Promise.all (index 0)', 'all');
  checkFunction('javascript', 'new Cart', 'Cart');
  checkFunction('javascript', '?', undefined);
  checkFunction('javascript', '<anonymous>', undefined);
  checkFunction('javascript', 'Object.<anonymous>', undefined);
  checkFunction('node', 'Anonymous function', undefined);
  checkFunction('javascript', 'foo/<', undefined);
  checkFunction('ruby', 'block (2 levels) in index', 'block');
  checkFunction('ruby', 'rescue in charge', 'charge');
  checkFunction('ruby', '_app_views_home_index_html_erb__3461526829826358571_70230', '_app_views_home_index_html_erb');
  checkFunction('ruby', 'charge', 'charge');
  checkFunction('php', '[Anonymous function]', undefined);
  checkFunction('php', 'class@anonymous::handle', 'handle');
  checkFunction('php', 'class@anonymous\0/app/x.php:12$0::handle', undefined);
  checkFunction('php', '{closure:App\\Cart::total():41}', '{closure:App\\Cart::total()}');
  checkFunction('php', 'App\\Cart::total', 'App\\Cart::total');
  checkFunction('java', 'lambda$main$0', undefined);
  checkFunction('java', 'access$100', 'access$<n>');
  checkFunction('csharp', 'Foo.Bar (System.Int32 x)', 'Foo.Bar');
  checkFunction('csharp', '<LoadAsync>d__12.MoveNext', 'LoadAsync');
  checkFunction('csharp', '<Main>g__Local|0_1', 'Local');
  checkFunction('csharp', '<Main>b__0_1', '<Main>b__0_1');
  checkFunction('go', 'Map[go.shape.int,go.shape.string]', 'Map');
  checkFunction('go', '(*Server).handle.func1', '(*Server).handle.func1');
  checkFunction('native', '<redacted>', undefined);
  checkFunction('python', '<lambda>', '<lambda>');
});

describe('native functions', () => {
  const check = (name: string, expected: string): void => {
    test(name, () => {
      expect(trimNativeFunction(name)).toBe(expected);
    });
  };
  check('int main(int, char**)', 'main');
  check('std::vector<int, std::allocator<int> >::push_back(int const&)', 'std::vector<T>::push_back');
  check('void foo<int>(int) const', 'foo<T>');
  check('unsigned int whatever', 'whatever');
  check('Foo::operator<<(std::ostream&)', 'Foo::operator<<');
  check('Foo::operator()(int)', 'Foo::operator()');
  check('Foo::operator->()', 'Foo::operator->');
  check("`anonymous namespace'::start", '(anonymous namespace)::start');
  check('?A0xc3a0617d::crash', '(anonymous namespace)::crash');
  check('(anonymous namespace)::crash(int)', '(anonymous namespace)::crash');
  check('<lambda_5db80dab47756d3e72c2dcd38b80b1dd>::operator()', 'lambda::operator()');
  check('main::{lambda(int)#1}::operator()(int) const', 'main::lambda::operator()');
  check('main::$_0::operator()() const', 'main::lambda::operator()');
  check('core::ptr::drop_in_place::h0123456789abcdef', 'core::ptr::drop_in_place');
  check('<app::Cart as core::fmt::Debug>::fmt', 'app::Cart::fmt');
  check('<T as alloc::string::ToString>::to_string', 'alloc::string::ToString::to_string');
  check('memcpy@@GLIBC_2.14', 'memcpy');
  check('_start@12', '_start');
  check('foo.cold.1', 'foo');
  check('foo [clone .isra.0]', 'foo');
  check('-[Foo bar:baz:]', '-[Foo bar:baz:]');
  check('+[Foo bar]', '+[Foo bar]');
  check('static Foo.bar(_:) -> Swift.Int', 'Foo.bar');
  check('closure #1 (A) -> B in Foo.bar()', 'closure in Foo.bar');
  check('<redacted>', '<redacted>');
  check('', '');
  check('(((', '(((');
});

describe('modules', () => {
  checkModule('python', 'shop.views', 'shop.views');
  checkModule('javascript', 'src/app', undefined, 'https://x/src/app');
  checkModule('java', 'sun.reflect.GeneratedMethodAccessor123', 'sun.reflect.GeneratedMethodAccessor');
  checkModule('java', 'jdk.internal.reflect.GeneratedMethodAccessor7', 'jdk.internal.reflect.GeneratedMethodAccessor');
  checkModule('java', 'sun.reflect.GeneratedConstructorAccessor4', 'sun.reflect.GeneratedConstructorAccessor');
  checkModule('java', 'com.x.Cart$$EnhancerBySpringCGLIB$$8f3a2c1', 'com.x.Cart$$EnhancerBySpringCGLIB$$<auto>');
  checkModule('java', 'com.x.Cart$$SpringCGLIB$$0', 'com.x.Cart$$SpringCGLIB$$<auto>');
  checkModule('java', 'com.x.EntriesResource_$$_javassist_seam_74', 'com.x.EntriesResource_$$_javassist<auto>');
  checkModule('java', 'com.x.Main$$Lambda$14/0x0000000800066840', undefined);
  checkModule('java', 'com.x.Main$$Lambda/0x00007f1a2c001000', undefined);
  checkModule('java', 'com.sun.proxy.$Proxy42', '$Proxy<auto>');
  checkModule('java', 'jdk.proxy2.$Proxy117', '$Proxy<auto>');
  checkModule('java', 'com.x.Cart$HibernateProxy$aBcD1234', 'com.x.Cart$HibernateProxy$<auto>');
  checkModule('java', 'app.core$fn__12345', 'app.core$fn__<auto>');
  checkModule('java', 'com.x.Cart$Item', 'com.x.Cart$Item');
  checkModule('csharp', 'App.Repo`1[[System.String, mscorlib, Version=4.0.0.0]]', 'App.Repo');
  checkModule('csharp', 'App.Job+<>c__DisplayClass3_0', 'App.Job+<>c__DisplayClass');
});

describe('files', () => {
  checkFile('python', '/srv/releases/20240101/shop/Views.py', 'views.py');
  checkFile('csharp', 'C:\\build\\Cart.cs', 'cart.cs');
  checkFile('javascript', '/static/app.js', undefined, 'https://shop.example/static/app.js');
  checkFile('javascript', 'app.js', undefined, 'blob:https://shop.example/1');
  checkFile('javascript', '<anonymous>', undefined);
  checkFile('javascript', '[native code]', undefined);
  checkFile('javascript', 'app:///main.3f2a9c1b.js', 'main.js', 'app:///main.3f2a9c1b.js');
  checkFile('javascript', 'app:///index-BkX9z12_.js', 'index.js', 'app:///index-BkX9z12_.js');
  checkFile('node', 'dist/checkout-service.js', 'checkout-service.js', '/srv/dist/checkout-service.js');
  checkFile('javascript', 'main.jsbundle?platform=ios', 'main.jsbundle');
  checkFile('php', 'storage/framework/views/3f2a9c1b3f2a9c1b3f2a9c1b3f2a9c1b3f2a9c1b.php', '<compiled>.php');
  checkFile('java', 'EntriesResource_$$_javassist_seam_74.java', 'entriesresource_$$_javassist<auto>.java');
});
