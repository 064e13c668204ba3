/**
 * Rules that hold for every project before its own. They say which frames belong to libraries, frameworks and systems,
 * which only carry a failure from where it happened to where it is seen, and which are the machinery of reporting.
 * A change of them changes hashes: it belongs into a new grouping version.
 */
export const BUILT_IN_ENHANCEMENTS = `
# ---- Where libraries lie, by the habits of package managers
path:**/node_modules/**                         -app
path:**/bower_components/**                     -app
path:**/site-packages/**                        -app
path:**/dist-packages/**                        -app
path:**/vendor/**                               -app
path:**/gems/**                                 -app
path:**/.cargo/registry/**                      -app
path:**/go/pkg/mod/**                           -app
path:**/.pub-cache/**                           -app
path:**/deps/*/lib/**.{ex,erl}                  -app
path:/usr/local/lib/**                          -app
path:/usr/local/Cellar/**                       -app
path:**/.local/share/**                         -app
path:/rustc/**                                  -app
package:/lib/**                                 -app
package:/usr/lib/**                             -app

# ---- JavaScript: delivery networks, the runtime, helpers of transpilers, wrappers of monitoring
path:**https://{unpkg.com,cdnjs.cloudflare.com,cdn.jsdelivr.net,esm.run,esm.sh,cdn.skypack.dev}/** -app
path:{chrome,moz,safari,safari-web}-extension:** -app
family:javascript path:node:**                  -app
family:javascript path:{internal,node_internals,bun:internal}/** -app
family:javascript module:node:**                -app
family:javascript module:{@babel,core-js,regenerator-runtime,tslib,@swc/helpers,zone.js}{,/**,:**} -app -group
family:javascript path:**/node_modules/{@babel,core-js,regenerator-runtime,tslib,@swc/helpers,zone.js}/** -app -group
family:javascript path:**/node_modules/{@sentry,@sentry-internal,newrelic,dd-trace,logrocket}/** -app -group
family:javascript path:**/webpack/bootstrap*    -app -group
family:javascript function:{runMicrotasks,queueMicrotask,processTicksAndRejections,runNextTicks,nextTick,process._tickCallback} -app -group
family:javascript function:{_callSuper,__awaiter,asyncGeneratorStep,_asyncToGenerator,fulfilled,rejected,sentryWrapped} -app -group
family:javascript function:reportError          ^-app -app

# ---- Python: the interpreter's own folders, frozen modules, children of multiprocessing
path:**/lib/python[23]*/**                      -app
path:"<frozen *>"                               -app
module:{importlib,asyncio,concurrent,threading,multiprocessing,unittest,contextlib,runpy}{,.*} -app
module:{django,flask,starlette,fastapi,celery,kombu,werkzeug,gunicorn,uvicorn,sqlalchemy,sentry_sdk}{,.*} -app
module:sentry_sdk{,.*}                          -group
function:<module> | [ function:spawn_main ]     -app -group

# ---- Java, Kotlin, Scala, Clojure, Android
module:{java,javax,jakarta,jdk,sun,com.sun,kotlin,kotlinx,scala,groovy,clojure}.* -app
module:{android,androidx,dalvik,com.android,com.google.android,com.google.crypto,libcore}.* -app
module:{akka,feign,oauth,reactor,rx,io.reactivex,io.ktor,io.netty,io.vertx,io.grpc,io.micrometer,io.opentelemetry,io.undertow}.* -app
module:{com.fasterxml,com.microsoft,com.zaxxer,com.mysql,com.squareup,okhttp3,okio,retrofit2}.* -app
module:org.{apache,springframework,hibernate,eclipse,glassfish,jboss,jdesktop,jetbrains,junit,mockito,postgresql,quartz,slf4j,web3j}.* -app
module:io.sentry.*                              -app -group
module:java.lang.reflect.*                      -group
module:{jdk.internal,sun}.reflect.*             -group
module:*$Proxy*                                 -app -group

# ---- .NET
module:{System,Microsoft,mscorlib,Npgsql,Newtonsoft,MassTransit,Serilog,Grpc}{,.*} -app
module:{Sentry,UnityEngine,UnityEditor}{,.*}    -app
module:System.Runtime.{ExceptionServices,CompilerServices}.* -group

# ---- Go, PHP, Ruby, Elixir, Dart
module:{runtime,net,reflect,sync,testing}{,/*}  category=go-std
path:**/go/src/** category:go-std               -app
path:/usr/local/go/**                           -app
module:github.com/getsentry/sentry-go{,/*}      -app -group
path:**/ruby/{[0-9],gems}*/**                   -app
path:**/storage/framework/views/**              category=view
module:{Elixir.Plug,Elixir.Phoenix,Elixir.Ecto,Elixir.GenServer,Elixir.Task,Elixir.Enum,gen_server,proc_lib}{,.*} -app
path:org-dartlang-sdk:**                        -app -group
path:{dart:,package:flutter/,third_party/dart/sdk/,lib/ui/hooks.dart,lib/ui/platform_dispatcher.dart}** -app
path:**/packages/flutter/**                     -app
path:package:sentry{,_*}/**                     -app -group

# ---- Native: what the system brings
family:native package:{/System/Library/**,/System/iOSSupport/**,/usr/lib/**,/usr/libexec/**,/system/**,/vendor/**,/apex/**} category=system
family:native package:C:/Windows/**             category=system
family:native package:{CoreFoundation,Foundation,CFNetwork,IOKit,QuartzCore,UIKit,UIKitCore,SwiftUI,AttributeGraph,CoreAutoLayout,GraphicsServices,WebKit,Security,CoreData} category=system
family:native package:{libobjc,libsystem,libdispatch,libdyld,libswift}* category=system
family:native package:**/{libc,libart,libandroid_runtime,libutils,libbinder}.so category=system
family:native package:{linux-gate,linux-vdso}.so* category=system
family:native package:{kernel32,kernelbase,ntdll,ucrtbase,user32,combase}{,.dll} category=system
family:native package:**/{kernel32,kernelbase,ntdll,ucrtbase,user32,combase}.dll category=system
family:native function:{memset,memcpy,memmove,memcmp,__memcpy*,strlen,strcpy} category=system
family:native function:{std,__gnu_cxx,boost}::* category=std
family:native function:{core,alloc,std}::*      category=std
family:native package:{/var,/private/var}/containers/Bundle/Application/** +app
family:native package:**/{Developer/CoreSimulator/Devices,Containers/Bundle/Application}/** +app
family:native package:**.app/Contents/**        +app
family:native package:/data/app/** path:**/*.dart +app
family:native package:**/Frameworks/{libswift*.dylib,KSCrash.framework/**,Sentry.framework/**,SentrySwift.framework/**,Flutter.framework/**,FlutterMacOS.framework/**} -app
category:system                                 -app
category:std                                    -app

# ---- Native: from here on only the failure is carried outwards. A frame that nothing calls is all that is known, and stays.
family:native function:{abort,raise,kill,tgkill,__pthread_kill,pthread_kill,gsignal,std::terminate,__cxa_throw,_CxxThrowException,RaiseException,RaiseComPlusException,__assert_rtn,__assert_fail,objc_exception_throw,_NSRaiseError,_CFThrowFormattedException,__cxa_rethrow} category=throw
family:native function:{std::panicking::begin_panic*,core::panicking::*,std::panicking::rust_panic*,rust_begin_unwind,core::result::unwrap_failed,core::option::expect_failed,core::option::unwrap_failed,std::sys_common::backtrace::__rust_end_short_backtrace,std::sys::backtrace::__rust_end_short_backtrace,failure::backtrace::*,error_chain::make_backtrace,anyhow::error::*,backtrace::*,sentry_backtrace::*,sentry_panic::*,sentry_core::*capture*} category=throw
family:native function:{AG::precondition_failure*,swift_fatalError*,_assertionFailure*} category=throw
family:native function:{UE::Logging::Private::BasicFatalLog,FDebug::CheckVerifyFailedImpl*,FDebug::OptionallyLogFormattedEnsureMessageReturningFalse,DispatchCheckVerify*,UE::Assert::Private::ExecCheckImplInternal*,USentrySubsystem::Capture*} ^-app -app ^-group -group
[ function:* ] | category:throw                 ^-group -group ^-app -app
[ function:* ] | family:native function:{_sigtramp,RtlpExecuteHandlerForException,DispatchHookW,google_breakpad::ExceptionHandler::*,sentry_handle_exception*} ^-group -group ^-app -app
family:native function:{kscm_*,kscrash_*,*sentrycrash*,google_breakpad::*,crashpad::*} -app -group
family:native function:"{+,-}[[]Sentry*"        -app -group
family:native function:"{+,-}[[]KSCrash*"       -app -group
family:native package:**/libBugly.so            -app -group

# ---- Native: where threads begin, and what stands between two frames of interest
family:native function:{start,_start,__libc_start_main*,__libc_start_call_main,wWinMain,invoke_main,__scrt_common_main*,BaseThreadInitThunk,RtlUserThreadStart,thread_start,_pthread_start,__pthread_start,_pthread_body,start_thread,clone,__clone*,_pthread_wqthread,start_wqthread,_dispatch_worker_thread*,UIApplicationMain,TppWorkerThread,boost::*::thread_proxy,std::rt::lang_start*,std::sys_common::backtrace::__rust_begin_short_backtrace,std::sys::backtrace::__rust_begin_short_backtrace} category=thread-base
module:{android.os.Looper,android.os.Handler,android.app.ActivityThread,com.android.internal.os.ZygoteInit,java.lang.Thread} function:{loop,loopOnce,dispatchMessage,handleCallback,main,run} category=thread-base
module:java.util.concurrent.ThreadPoolExecutor* function:{run,runWorker} category=thread-base
category:thread-base | [ function:* ]           -app -group v-group
family:native function:{*::operator\\(\\)*,std::function*,std::invoke*,std::__invoke*,boost::function*,boost::_bi::*,*<lambda>*} category:std -group
family:native function:{__swift_*,block_destroy_helper*,_mh_execute_header,@callee_guaranteed} -app -group
family:native category:system function:{_*,<unknown>} -group
`;
