/**
 * What {@link prepareRequest} repairs: the code of the warning, and what it says. Each keeps what the request means;
 * what would change that is an error instead.
 */
export const repairs = {
  blank_text: 'A blank text was left out: Bedrock refuses it.',
  empty_message: 'A message without content was left out: Bedrock refuses it.',
  same_role: 'A message was joined to the one before it: roles have to alternate.',
  tool_result_order: 'The results of one turn of tool calls were put together, first in the turn that follows it.',
  missing_tool_result: 'A tool call that was never answered got a result that says so: Bedrock wants one for each.',
  orphan_tool_result: 'A tool result was left out: no call in the turn before it asked for it.',
  text_beside_results: 'What stood beside tool results went into the last of them: the model takes only one of both.',
  tool_input: 'The input of a tool call was made an object: Bedrock takes nothing else.',
  tool_result_json: 'The JSON of a tool result was made an object: Bedrock takes nothing else.',
  tool_result_empty: 'An empty error result got a text: Bedrock refuses an error that says nothing.',
  tool_result_status: 'The status of a tool result was left out, an error put into words: the model refuses the field.',
  tool_name: 'A tool goes by another name on the wire: Bedrock takes 1 to 64 letters, digits, `_` and `-`.',
  tool_use_id: 'A tool call goes by another id on the wire: the model does not take the one it has.',
  tool_description: 'A blank description of a tool was left out: Bedrock refuses it.',
  tool_schema: "A tool's schema got `type: 'object'`: Bedrock takes nothing else.",
  tool_strict: 'The `strict` of a tool was left out: the model refuses the field.',
  tool_choice_auto: 'The tool choice `auto` was left out: it is the default, and the model refuses the field.',
  tool_config_empty: 'A tool configuration without tools was left out: Bedrock refuses it.',
  tool_config_missing: 'The tools that the history calls were declared as gone: Bedrock wants them declared.',
  unsigned_reasoning: 'Reasoning without a signature was left out: it may not be sent back.',
  foreign_reasoning: 'Reasoning was left out: this model gives none like it, so it is of another one.',
  reasoning_text: 'Signed reasoning without a text got an empty one: Bedrock wants the field.',
  document_renamed: 'A document was renamed: names have rules, and are unique over the whole conversation.',
  document_without_text: 'A text was put beside a document: Bedrock wants one in the same message.',
  prefill_whitespace: 'White space at the end of the last assistant turn was left out: Bedrock refuses it.',
  stop_sequence_empty: 'An empty stop sequence was left out: Bedrock refuses it.',
  max_tokens_clamped: "maxTokens was lowered to the model's maximum: more is refused.",
  cache_point_unsupported: 'A cache point was left out: the model caches nothing there.',
  cache_point_first: 'A cache point was left out: nothing stands before it.',
  cache_point_after_document: 'A cache point was left out: it may not stand right after a document that is no PDF.',
  cache_point_count: 'A cache point was left out: there were more than the model takes.',
  cache_point_ttl: 'The time to live of a cache point was left out: the model keeps all of them for five minutes.',
  cache_point_ttl_order: 'A cache point for an hour became one for five minutes: one of those stands before it.',
  structured_output: "The answer's JSON was asked for in another way than the model's own.",
} as const;

/** The name of a repair, which is its warning's code. */
export type RepairCode = keyof typeof repairs;
