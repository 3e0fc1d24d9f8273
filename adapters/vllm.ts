/**
 * Servers of one's own: vLLM, SGLang, llama.cpp, LM Studio, and what is built of them.
 *
 * @see https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
 * @see https://docs.sglang.io/basic_usage/openai_api_completions.html
 * @see https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
 * @see https://lmstudio.ai/docs/developer/openai-compat
 * @module
 */
import { COMPATIBLE, dialect, LACKING } from './openai/dialect.ts'
import { asReasoning, asReasoningContent } from './openai/thoughts.ts'
import { withTimings } from './vllm/usage.ts'

/** A server of one's own. */
export const vllm = dialect({
  ...COMPATIBLE,
  name: 'vllm',
  root: '/v1',
  required: ['baseURL'],
  supports: { ...LACKING, audioInput: true, topK: true },
  // Some take the name of one tool for no choice at all; with only that tool to choose, all know what is meant.
  chooses: ['none', 'required'],
  strict: false,
  efforts: { minimal: 'low', xhigh: 'high', max: 'high' },
  // Which of these has an effect is up to the model's template.
  think: ({ effort, maxTokens }) => ({
    ...(effort !== 'none' && { reasoning_effort: effort }),
    chat_template_kwargs: { enable_thinking: effort !== 'none', thinking: effort !== 'none' },
    thinking_token_budget: maxTokens,
  }),
  replay: (message, thoughts) => asReasoning(asReasoningContent(message, thoughts), thoughts),
  thinkTags: true,
  finish: { abort: 'error' },
  usage: withTimings,
  errors: { exceed_context_size_error: [400, 'context_length_exceeded'], NotFoundError: [404, 'model_not_found'] },
})
