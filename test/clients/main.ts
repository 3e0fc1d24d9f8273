/**
 * Plays every scenario with every client and every model, and prints how many passed.
 *
 * `node test/clients/main.ts` fails where a scenario does, or where docs/clients.md shows something else; with `--write`
 * it writes the page.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { CLIENTS, programme } from './index.ts'
import { clientsPage, fullName, matrices, type Outcome, PAGE } from './page.ts'
import { MODELS, openHouse } from './stage.ts'

const house = await openHouse()
const failed = new Set<string>()
const key = (...[client, model, scenario]: Parameters<Outcome>): string =>
  `${fullName(client)} › ${model.id} › ${scenario}`

for (const client of CLIENTS) {
  await Promise.all(
    MODELS.map(async (model) => {
      for (const [name, play] of programme(client, model)) {
        try {
          await play(house.stage(client, model))
        } catch (error) {
          failed.add(key(client, model, name))
          process.stderr.write(`✗ ${key(client, model, name)}\n  ${String(error).split('\n')[0]}\n`)
        }
      }
    }),
  )
}
await house.close()

const passed: Outcome = (...played) => !failed.has(key(...played))
process.stdout.write(matrices(passed))
if (failed.size > 0) process.exitCode = 1
const page = clientsPage(passed)
if (process.argv.includes('--write')) writeFileSync(PAGE, page)
else if (readFileSync(PAGE, 'utf8') !== page) {
  process.stderr.write('docs/clients.md is out of date: node test/clients/main.ts --write\n')
  process.exitCode = 1
}
