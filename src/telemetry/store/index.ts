/** The store above the engines; see the essay of the area. Drivers import from here, other areas do not. */

export { createTelemetryStore, type TelemetryStoreSettings } from './create-store.ts';
export type { EngineFault, EngineInsert, EngineSelect, TelemetryEngine } from './engine.ts';
export { faultOf, nameEngineError } from './engine-errors.ts';
export { insertSettings } from './insert-settings.ts';
export { queryFailure, querySettings } from './query-failure.ts';
export { readResult } from './read-result.ts';
export { createTurnstile, type Turnstile } from './turnstile.ts';
