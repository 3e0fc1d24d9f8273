// The agent alone: with the whole package come its `fetch`, its caches and its WebSockets, 8 MB that nobody here asks for.
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici'
}
