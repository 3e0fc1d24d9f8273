/**
 * What is said where a server starts: who is served, and how to ask.
 *
 * @module
 */
import type { Settings } from './config.ts'
import { knownModels } from './router.ts'

/** The welcome, for a server at an address. `keyed` where clients need a key. */
export function welcome(url: string, { options, sandbox }: Settings, keyed: boolean): string {
  const adapters = Object.fromEntries(
    Object.entries(options.providers).map(([id, given]) => [id, 'adapter' in given ? given.adapter : given]),
  )
  const names = [...Object.keys(options.models ?? {}).filter((name) => !name.includes('*')), ...knownModels(adapters)]
  const [model = `${Object.keys(adapters)[0]}/MODEL`] = names
  const key = keyed ? 'YOUR_KEY' : '-'
  const authorization = keyed ? ` -H 'authorization: Bearer ${key}'` : ''
  return `
Dragoman serves ${Object.keys(adapters).join(', ')} at ${url}/v1
${sandbox ? '\nNo provider is configured, so this is the sandbox: emulated providers, spoken to in their own protocols.\nSet a key, such as ANTHROPIC_API_KEY, to reach a real one.\n' : ''}${keyed ? '' : '\nNo client keys are set, so only this machine can reach it.\n'}
Models:
${names.map((name) => `  ${name}`).join('\n')}

Try it:
  curl ${url}/v1/chat/completions -H 'content-type: application/json'${authorization} -d '{"model":"${model}","messages":[{"role":"user","content":"Hello!"}]}'

  import OpenAI from 'openai'
  const client = new OpenAI({ apiKey: '${key}', baseURL: '${url}/v1' })
  const stream = await client.chat.completions.create({ model: '${model}', messages: [{ role: 'user', content: 'Hello!' }], stream: true })
  for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')
`
}
