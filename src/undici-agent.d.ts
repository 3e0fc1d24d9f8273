/**
 * The agent of undici alone: with the whole package come its `fetch`, its caches and its WebSockets, 8 MB that nobody here
 * asks for.
 *
 * @module
 */
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici'
}
