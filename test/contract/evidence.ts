/**
 * Where the edge cases are shown that no fixture of one provider shows by itself.
 *
 * @module
 */

/** A test, or a promise of the contract suite, by its name, and what it shows. */
export interface Proof {
  readonly file: string
  readonly test: string
  readonly shows: readonly string[]
}

/** Cases that every provider owes which has what they are about, and what they show of each. */
export const SHARED: Readonly<Record<string, readonly string[]>> = {
  'reasoning-replay': ['T01a'],
  'tool-call-without-arguments': ['T02a', 'T02b'],
  'tool-result': ['T03a'],
  'parallel-tool-calls': ['T18a'],
  'error-mid-stream': ['T11a'],
  'stream-cut': ['T12a'],
  'max-tokens': ['T14a'],
  'stop-sequence': ['T15a'],
  system: ['T16a', 'T16c'],
  text: ['T48a', 'T48b'],
}

/** What a provider-independent test shows. */
export const PROOFS: readonly Proof[] = [
  // ------------------------------------------------------------------------------------- promises kept for every case
  proof('src/contract/exchange.ts', 'tells a streamed reply the same', 'T02b', 'T09c'),
  proof('src/contract/exchange.ts', 'tells usage in a stream only to those who ask', 'T19a'),
  proof('src/contract/delivery.ts', 'does not care where chunks break', 'T46a', 'T46b', 'O39', 'C9', 'G59'),
  proof('src/contract/delivery.ts', 'says so when the stream is cut short', 'T12a', 'T12c', 'G58'),
  proof('src/contract/delivery.ts', 'stops the upstream when the client leaves', 'T49a', 'T49b'),
  // ------------------------------------------------------------------------------------------------------- properties
  proof('test/properties/history.test.ts', 'gives a reply back as it came', 'T01a', 'T01e', 'T20b', 'T35a', 'T35b'),
  proof(
    'test/properties/history.test.ts',
    'pairs the results of tools the same in any order',
    'T03a',
    'T37b',
    'A7',
    'G3',
  ),
  proof('test/properties/history.test.ts', 'adding a turn leaves every earlier native byte unchanged', 'T10f', 'A44'),
  proof(
    'test/properties/memory.test.ts',
    'gives a reply with calls back as it came, also to who kept nothing else of it',
    'T01b',
    'T20c',
    'T40c',
    'A58',
  ),
  // -------------------------------------------------------------------------------------------------------- responses
  proof('src/contract/responses.ts', 'is said and told the same through the Responses API', 'T44'),
  proof('test/properties/responses.test.ts', 'is given back a reply %s', 'A60'),
  proof('test/responses/carried.test.ts', 'are left out with a warning where they are %s', 'A60'),
  // ---------------------------------------------------------------------------------------------------------- gateway
  proof('test/edge-cases.test.ts', 'is thrown by OpenAI’s own client, with its code', 'T11b', 'A55'),
  proof('test/edge-cases.test.ts', 'until then is logged of a stream %s', 'T12b', 'T11e'),
  proof('test/edge-cases.test.ts', 'until then is logged of a client that left, once', 'T49c'),
  proof('test/edge-cases.test.ts', '%s are refused, by the place', 'T08c', 'T22b'),
  proof('test/edge-cases.test.ts', 'of $name is told in a header', 'T48c'),
  proof('test/gateway.test.ts', 'with $name gives a status, whole and streamed', 'T11c', 'T11d', 'T11e', 'A54'),
  proof(
    'test/gateway.test.ts',
    'with $name ends the stream in an error and nothing else',
    'T11a',
    'T11e',
    'T12a',
    'A55',
  ),
  proof('test/gateway.test.ts', 'tells in headers who answered, and under which ids', 'T48b', 'T48c'),
  proof('test/server.test.ts', 'before the first byte stops the provider (stream: %s)', 'T49a', 'T49b'),
  proof('test/server.test.ts', 'in the middle of a stream stops the provider', 'T49a'),
  // ------------------------------------------------------------------------------------------------- pen and surfaces
  proof('test/reply.test.ts', 'do not put the fallback before arguments that come', 'T02d'),
  proof('test/reply.test.ts', 'that were cut by the length limit are not completed', 'T12c'),
  proof('test/reply.test.ts', 'may be said twice, and may come before usage', 'T19c', 'T34'),
  proof('test/surfaces/reply.test.ts', 'says who speaks once, first and at once', 'T47a'),
  proof('test/surfaces/reply.test.ts', 'names a call once, and numbers calls from 0', 'T47b', 'T18a'),
  proof('test/surfaces/reply.test.ts', 'has one identity', 'T48a'),
  proof('test/surfaces/reply.test.ts', 'tells usage last, and only where it was asked for', 'T19a', 'T19b'),
  proof('test/surfaces/reply.test.ts', 'counts the offsets of sources over the whole text, in code points', 'T17b'),
  proof(
    'test/adapters/openai-request.test.ts',
    'and usage is always asked of a stream, and a whole reply not asked for at all',
    'T19d',
  ),
  proof('test/adapters/openai-request.test.ts', 'are made to fit, the same everywhere', 'T33a', 'T37d'),
  proof('test/recall.test.ts', 'is not told to another client, nor for other calls', 'T01b'),
  // ----------------------------------------------------------------------------------------------------------- the wire
  proof('test/wire/framing.test.ts', 'with %s are the same however they are cut', 'T46a'),
  proof('test/wire/framing.test.ts', 'may be a megabyte long', 'T46a'),
  proof('test/wire/eventstream.test.ts', 'frames are the same however they are cut', 'T46b'),
  proof('test/wire/eventstream.test.ts', 'a bit that flips anywhere is noticed', 'T46b'),
  proof('test/wire/schema.test.ts', '%j is %j', 'T25b', 'T25c', 'T25e', 'G28', 'O44'),
  proof('test/wire/schema.test.ts', 'ends where it refers to itself', 'T25d', 'G29'),
  proof('test/wire/schema.test.ts', 'touches no prototype', 'G31'),
  proof('test/guard/gateway.test.ts', 'reaches a provider that takes only bytes', 'T29a', 'G41'),
  proof('test/guard/gateway.test.ts', 'reaches each provider in its own way, whoever was asked before', 'T29b'),
  proof(
    'test/guard/address.test.ts',
    'is not connected to where a name leads elsewhere the second time it is asked for',
    'T29c',
  ),
  proof('test/guard/redirect.test.ts', 'a redirect', 'T29c', 'G41'),
  // --------------------------------------------------------------------------------------------------- OpenAI's likes
  proof('test/adapters/openai-request.test.ts', 'stay apart', 'T33b'),
  proof('test/adapters/openai-reply.test.ts', 'with a number for a code', 'D70'),
  proof(
    'test/adapters/declared.test.ts',
    'that never says why it ends is complete where the stream has its mark, and only there',
    'D70',
  ),
  // ---------------------------------------------------------------------------------------------------------- anthropic
  proof('test/adapters/anthropic-cache.test.ts', 'are not placed where the client placed some, or wants none', 'T10b'),
  proof('test/adapters/anthropic-cache.test.ts', 'more than four lose the oldest of the conversation', 'T10a'),
  proof('test/adapters/anthropic-cache.test.ts', 'live as long as the client wants', 'T10e'),
  // ------------------------------------------------------------------------------------------------------------ bedrock
  proof('test/adapters/bedrock-signing.test.ts', 'is signed as AWS’s own signer signs it', 'C2'),
  proof('test/adapters/bedrock-signing.test.ts', 'https://bedrock-runtime.us-east-1.amazonaws.com.evil.com', 'C3'),
  proof(
    'test/adapters/bedrock-reply.test.ts',
    'are read a byte at a time, and never with a checksum that is wrong',
    'C9',
    'C10',
  ),
  proof('test/adapters/bedrock-request.test.ts', 'are at most four', 'T10a'),
  proof('test/adapters/bedrock-messages.test.ts', 'an assistant who said nothing is left out, a user is not', 'T04c'),
  // ------------------------------------------------------------------------------------------------------------- cohere
  proof('test/adapters/cohere-request.test.ts', 'that say nothing are left out', 'T04c'),
  // ------------------------------------------------------------------------------------------------------------- ollama
  proof(
    'test/adapters/ollama-request.test.ts',
    'with calls have arguments as objects, and results the name of their tool',
    'T39a',
    'O37',
  ),
  // ------------------------------------------------------------------------------------------------------------- google
  ...google(),
  // ------------------------------------------------------------------------------------------------------------ mistral
  proof('test/adapters/mistral-request.test.ts', 'that would become the same do not', 'T37c', 'M46'),
  proof(
    'test/adapters/mistral-request.test.ts',
    'and of their results are rewritten together, in whatever order',
    'T37b',
    'M45',
  ),
  proof('test/adapters/mistral-request.test.ts', 'the assistant speaks between a tool and the user', 'M47'),
  proof('test/adapters/mistral-request.test.ts', 'of the request are not sent', 'M48'),
  proof('test/adapters/mistral-request.test.ts', 'of messages are not sent', 'M49'),
  proof(
    'test/adapters/mistral-reply.test.ts',
    'may change from lists to text: thoughts, an answer, nothing more',
    'M50',
  ),
  proof(
    'test/adapters/mistral-reply.test.ts',
    'may bring a call whole, without type or number, with the ending and the usage',
    'M51',
  ),
  proof('test/adapters/mistral-reply.test.ts', 'goes on with a call under an empty name', 'M52'),
]

/** What is deliberately otherwise here than the rule has it, and why. */
export const OTHERWISE: Readonly<Record<string, string>> = {
  T04d: 'One whose only words are white space says the least there is to say, a dot, which is reported; it is nothing at all that is refused.',
  T22b: 'A call whose arguments are no JSON is sent inside an object and reported: models cut and misspell arguments, and a conversation must survive that. Where the client wants no losses, it is the 400.',
  T24a: 'A result is always under `output`, and a failure under `error`, the words of the provider’s own documentation, and not sometimes the object itself: the model sees one form.',
  T46a: 'What tells streams of all providers apart is done once, so that a test of one is a test of all.',
  T49b: 'The gateway counts no concurrent requests, so that there is no slot to free.',
  T49c: 'A provider that goes on after its client has left bills what the gateway never hears of; the log has what was told until then, and no estimate.',
  T50: 'Clients are spoken to in OpenAI’s APIs and in no others, so that there is nothing to get wrong.',
  A10: 'Nothing repairs a history on its own: the client is told which call has no result.',
  A42: 'Several replies are several calls, added up: asked for, they are given.',
  A47: 'A sign of life is a comment in the client’s stream only where it has been quiet for a while.',
  C28: 'A plan is told as thoughts, not as content: it is what the model thinks of doing.',
  O37: 'Arguments that are cut go inside an object, and that is reported.',
  G40: 'A model that gives one reply at a time is asked several times.',
  G51: 'An adapter asks once: that a reply came out wrong is a 502, which clients and whoever stands between may try again.',
  D70: 'Only a provider that is said never to say why it ends (`unexplained`) may end with the mark alone: everywhere else that is a stream that was cut.',
}

/** What is being built. */
export const PENDING: readonly string[] = []

function google(): readonly Proof[] {
  const contents = (test: string, ...shows: string[]): Proof =>
    proof('test/adapters/google-contents.test.ts', test, ...shows)
  const request = (test: string, ...shows: string[]): Proof =>
    proof('test/adapters/google-request.test.ts', test, ...shows)
  const reply = (test: string, ...shows: string[]): Proof => proof('test/adapters/google-reply.test.ts', test, ...shows)
  return [
    contents('are matched within the exchange, though ids come again', 'G2'),
    contents('share one turn, in the order of the calls', 'G3', 'G10'),
    contents('refuse %s', 'G4', 'G5', 'T24b'),
    contents('of %j are told as %j', 'G6', 'G7', 'G8', 'T24a', 'T24c'),
    contents('with the arguments %j are sent with %j', 'G9', 'T02c'),
    contents('of the model that stand together are one, words first', 'G11'),
    contents('of the model that say nothing are left out', 'G12', 'T04c'),
    contents('alone become the question', 'G13'),
    contents('begin with the user', 'G14'),
    contents(
      'that are lost are replaced by the placeholder, on the first call of a step only, and reported',
      'G16',
      'T20d',
    ),
    contents('bring their call to the front, where the client put another first', 'G18'),
    contents('are not missed by models that do not want them', 'G19'),
    contents('with characters that are none of base64 count as lost', 'G22'),
    contents('bear no ids where those are unknown', 'G24'),
    contents('go byte for byte', 'G30'),
    contents('of %s are not sent', 'T20e'),
    contents('of words, thoughts, pictures and empty texts go back where they were', 'T20f', 'T20b'),
    request('have their schema untouched', 'G27', 'T25a'),
    request('have it in other words where the model knows no JSON Schema', 'G28', 'T25b'),
    request('%s: %j is %j', 'G33', 'T30'),
    request('goes by the native words: %j', 'G37'),
    request('%s: %j is sent as %j', 'G38', 'G39', 'G40'),
    request('takes no more than five stop sequences', 'G38', 'T15d'),
    request('name what is cached', 'G42'),
    request('tells how likely tokens are, where the place does', 'G43'),
    request('%s thinks as much as "%s" says', 'G36', 'T28a', 'T28b', 'T28c'),
    request('stays within what the model takes', 'T28a'),
    request('is hidden from those who do not want to see it', 'T28d'),
    reply('%s after %j is %s', 'G46', 'G50', 'G52', 'T21a', 'T21b', 'T21c'),
    reply('in a frame of its own counts the calls before', 'T21a', 'G45'),
    reply('%s after nothing is an error', 'G51', 'T21d'),
    reply('is a refusal where the prompt was blocked, or nothing was said', 'T26', 'G48'),
    reply('in several frames are several calls, of one name too', 'T22a', 'G57'),
    reply('in a frame with text come after it', 'T23'),
    reply('is that of the last frame with a total, as a whole', 'G55', 'T27b'),
    reply('counts thoughts, tools and what was cached', 'T27a'),
    reply('as a list of frames is the same as a stream', 'G58'),
  ]
}

function proof(file: string, test: string, ...shows: readonly string[]): Proof {
  return { file, test, shows }
}
