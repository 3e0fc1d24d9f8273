#!/usr/bin/env node
/**
 * The program: has Node keep what it compiles, so that the next start is quicker, and hands over to the command line.
 *
 * @module
 */
import { enableCompileCache } from 'node:module'
import { keepYoungSpace } from './young-space.ts'

enableCompileCache()
keepYoungSpace()
await import('./command.ts')
