import { play } from './play.ts'

play('chat completions')
