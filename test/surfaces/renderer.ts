/**
 * Rendering a streamed reply as an exchange has it rendered.
 *
 * @module
 */
import type { ReplyEvent } from '../../src/canonical.ts'
import { Fold } from '../../src/fold.ts'
import type { Asked } from '../../src/surfaces/surface.ts'

/** Renders the events of one reply, in turn, and collects them on the way. */
export function renderer(asked: Asked): (event: ReplyEvent) => string {
  const whole = new Fold()
  const render = asked.stream((choice) => whole.blocks(choice))
  return (event) => {
    whole.write(event)
    return render(event)
  }
}
