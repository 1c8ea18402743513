import type { Finding } from './findings.ts';

/** What a finding is for people: what happened, what was received, what the limit is, and what to do. */
export function sentenceOf(finding: Finding): string {
  return sentences[finding.code](finding);
}

const sentences: { [Code in Finding['code']]: (finding: Finding) => string } = {
  empty_message: () => 'The message is empty: add at least a text.',
  blank_text: ({ received }) =>
    `The text is blank (${received}), and Bedrock refuses that: leave it out, or write something.`,
  wrong_role: ({ received, kind, detail }) =>
    `A message of role ${received} may not hold ${kind}: add it to one of role ${detail}.`,

  missing_file: ({ detail, file }) => `There is no file '${detail ?? file}': check the spelling.`,
  not_a_file: ({ detail, file }) => `'${detail ?? file}' is a directory or a device: name an ordinary file.`,
  no_permission: ({ detail, file }) => `'${detail ?? file}' may not be read by this process: change its permissions.`,
  unreadable_file: (finding) =>
    `${subjectOf(finding)} could not be read (${finding.detail}): see whether it is still there, unchanged.`,
  empty_file: (finding) => `${subjectOf(finding)} is empty (0 bytes): find out why, or leave it out.`,
  invalid_base64: (finding) =>
    `${subjectOf(finding)} is not valid base64: it may have been cut off, or be a whole data URL, which is for addDataUrl.`,
  invalid_s3_uri: ({ received }) => `'${received}' is not where an object lies in S3: write s3://bucket/key.`,
  invalid_bucket_owner: ({ received }) =>
    `'${received}' is no owner of a bucket: give the twelve digits of an AWS account.`,

  too_large: (finding) => `${subjectOf(finding)} ${excess(finding, 'bytes')}. ${smaller(finding)}`,
  request_too_large: (finding) =>
    finding.block === undefined
      ? `A request with this message alone ${excess(finding, 'bytes')}, as base64 makes four bytes of three: send fewer or smaller files, or put them into S3 and use addS3Image, addS3Document or addS3Video.`
      : `${subjectOf(finding)} ${excess(finding, 'bytes')}, as base64 makes four bytes of three in a request. ${smaller(finding)}`,
  too_many_pixels: (finding) =>
    `${subjectOf(finding)} (${finding.detail}) ${excess(finding, 'pixels on its longer side')}: scale it down.`,

  wrong_kind: (finding) =>
    `${subjectOf({ file: finding.file })} is ${article(finding.kind)} (${finding.received}), not ${article(finding.detail)}: add it as what it is.`,
  wrong_format: (finding) =>
    `${subjectOf(finding)} was given as ${finding.detail}, but its header says ${finding.received}: give that, or leave the format out.`,
  unknown_format: (finding) =>
    `${subjectOf(finding)} was not recognised. ${finding.detail} Give its format${finding.file === undefined ? ', or its filename' : ''}.`,
  unlisted_format: ({ received, detail }) =>
    `Bedrock knows no format '${received}' here${detail && `, only ${detail}`}. Leave it out to have it detected.`,
  unsupported_format: (finding) => `${subjectOf(finding)}: ${finding.detail}`,

  invalid_tool_use_id: ({ received }) =>
    `'${received}' cannot be the id of a tool use: it has 1 to 64 letters, digits, '_', '.', ':' or '-'.`,
  invalid_tool_name: ({ received }) =>
    `'${received}' cannot be the name of a tool: it has 1 to 64 letters, digits, '_' or '-'.`,
  empty_tool_result: () => "A tool's result with the status error has to say what went wrong: give it a text.",
  document_without_text: () =>
    'A document needs a text in the same message, such as a question about it: add one with addText.',

  too_many_blocks: (finding) =>
    `The message ${excess(finding, 'blocks')}: join some, or raise limits.blocksPerMessage.`,
  too_many_images: (finding) => `The message ${excess(finding, 'images')}: send the others in another request.`,
  too_many_documents: (finding) => `The message ${excess(finding, 'documents')}: send the others in another request.`,
  too_many_videos: (finding) => `The message ${excess(finding, 'videos')}: send the others in another request.`,
  too_many_cache_points: (finding) => `The message ${excess(finding, 'cache points')}: leave the first ones out.`,

  near_limit: ({ received, limit, file, kind, detail }) =>
    `${kind === undefined ? 'The message' : subjectOf({ file, kind })} comes near a limit: ${count(received)} of ${count(limit)} ${unitOf(detail)}.`,
  limit_above_bedrock: ({ received, limit, detail }) =>
    `Your limit of ${count(received)} ${unitOf(detail)} lies above the ${count(limit)} that Bedrock documents: it may refuse what passes here.`,
  document_renamed: ({ received, detail }) =>
    `The document '${received}' is called '${detail}' in the message: Bedrock refuses its name, or another one has it.`,
  name_contradicts_content: ({ file, received, detail }) =>
    `${subjectOf({ file })} is named as ${detail}, but its content is ${received}, and was added as that.`,
  unsigned_reasoning: () =>
    'Reasoning without its signature is refused or dropped when it is sent back: keep the signature.',
};

function subjectOf({ file, kind }: Pick<Finding, 'file' | 'kind'>): string {
  return file === undefined ? `The ${kind ?? 'file'}` : `'${file}'`;
}

function excess({ received, limit }: Finding, unit: string): string {
  return `has ${count(received)} ${unit}, and ${count(limit)} is the limit`;
}

function smaller({ kind }: Finding): string {
  if (kind === 'image') return 'Scale it down or compress it more.';
  if (kind === 'document') return 'Split it, or put it into S3 and use addS3Document.';
  if (kind === 'audio') return 'Cut it, or put it into S3 and use addS3Audio.';
  if (kind === 'video') return 'Put it into S3 and use addS3Video: a video from there may have 1 GB.';
  return 'Send a smaller one, or put it into S3 and use addS3Image, addS3Document, addS3Video or addS3Audio.';
}

function article(kind = ''): string {
  return kind === 'audio' ? kind : `${kind === 'image' ? 'an' : 'a'} ${kind}`;
}

/** What is counted where it may be too much, out of the code for that: `too_many_cache_points`. */
function unitOf(code = ''): string {
  return code.startsWith('too_many_') ? code.slice('too_many_'.length).replace('_', ' ') : 'bytes';
}

/** A number that can be read: `3,750,000`. */
function count(number: unknown): string {
  return Number(number).toLocaleString('en-US');
}
