/**
 * Replies in sound and in pictures.
 *
 * @see https://ai.google.dev/gemini-api/docs/speech-generation
 * @see https://ai.google.dev/gemini-api/docs/image-generation
 * @module
 */
import type { JsonObject } from '../../src/canonical.ts'
import { badRequest } from '../../src/errors.ts'
import { isObject } from '../../src/wire/json.ts'
import { type Native, present, type Task } from './native.ts'

/** What a reply is to consist of, and how. */
export function output({ request, extension, warn }: Task): Native {
  const { modalities = [], audio } = request
  const speaks = modalities.includes('audio')
  if (audio && !speaks) warn('audio', 'no effect without "audio" among the modalities')
  const kinds = speaks ? ['AUDIO'] : modalities.includes('image') ? ['TEXT', 'IMAGE'] : undefined
  const said = {
    responseModalities: extension.responseModalities ?? kinds,
    speechConfig: extension.speechConfig ?? (speaks && audio ? voice(audio) : undefined),
    imageConfig: picture(extension),
    mediaResolution: extension.mediaResolution ?? undefined,
  }
  return present(said)
}

/** The voice, by the provider's names. What comes is raw samples: OpenAI calls that `pcm16`. */
function voice({ voice: asked, format }: JsonObject): Native {
  if (format !== 'pcm16') {
    const message = `This provider speaks in the format pcm16 only, not ${JSON.stringify(format)}.`
    throw badRequest(message, 'audio.format', 'unsupported_value')
  }
  const voiceName = isObject(asked) ? asked['id'] : asked
  return { voiceConfig: { prebuiltVoiceConfig: { voiceName } } }
}

function picture({ imageConfig, aspectRatio }: Task['extension']): Native | undefined {
  if (imageConfig == null && aspectRatio == null) return undefined
  return { ...imageConfig, ...(aspectRatio != null && { aspectRatio }) }
}
