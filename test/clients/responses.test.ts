import { play } from './play.ts'

play('responses')
