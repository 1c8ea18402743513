// Holds the vocabulary to that of the AWS SDK, field by field and literal by literal, so that what AWS adds is noticed.
// Compiled, not run. A drift is a compile error that names the pair of types and the field.
import type * as Aws from '@aws-sdk/client-bedrock-runtime';
import type * as Ours from './index.ts';

// What is sent: the same on both sides. What a stream adds to a guardrail is in our one request type.
type AwsRequest = Omit<Aws.ConverseRequest, 'modelId' | 'guardrailConfig'> & {
  guardrailConfig?: (Aws.GuardrailConfiguration & Aws.GuardrailStreamConfiguration) | undefined;
};
type AwsStreamRequest = Omit<Aws.ConverseStreamRequest, 'modelId'>;

type Sent = {
  ConverseRequest: [Ours.ConverseRequest, AwsRequest];
  ConverseStreamRequest: [Ours.ConverseRequest, AwsStreamRequest];
  Message: [Ours.Message, Aws.Message];
  ContentBlock: [Ours.ContentBlock, Aws.ContentBlock];
  ImageBlock: [Ours.ImageBlock, Aws.ImageBlock];
  VideoBlock: [Ours.VideoBlock, Aws.VideoBlock];
  AudioBlock: [Ours.AudioBlock, Aws.AudioBlock];
  DocumentBlock: [Ours.DocumentBlock, Aws.DocumentBlock];
  ToolUseBlock: [Ours.ToolUseBlock, Aws.ToolUseBlock];
  ToolResultBlock: [Ours.ToolResultBlock, Aws.ToolResultBlock];
  GuardContent: [Ours.GuardContent, Aws.GuardrailConverseContentBlock];
  CachePoint: [Ours.CachePoint, Aws.CachePointBlock];
  ReasoningContent: [Ours.ReasoningContent, Aws.ReasoningContentBlock];
  CitationsContent: [Ours.CitationsContent, Aws.CitationsContentBlock];
  SearchResultBlock: [Ours.SearchResultBlock, Aws.SearchResultBlock];
  SystemBlock: [Ours.SystemBlock, Aws.SystemContentBlock];
  InferenceConfig: [Ours.InferenceConfig, Aws.InferenceConfiguration];
  ToolConfig: [Ours.ToolConfig, Aws.ToolConfiguration];
  OutputConfig: [Ours.OutputConfig, Aws.OutputConfig];
};

// What only comes back. Our literals may be open there, and our fields optional.
type OurOwn = 'servedBy' | 'attempts' | 'warnings' | 'cost' | 'incomplete' | 'unknownEvents' | 'metrics';
type OurResponse = Omit<Ours.ConverseResponse, OurOwn> & { metrics: Pick<Ours.CallMetrics, 'latencyMs'> };

// An exception in a stream is thrown here, so it is no event.
type AwsEvents = Omit<Members<Aws.ConverseStreamOutput>, `${string}Exception`>;

type Received = {
  ConverseResponse: [OurResponse, Aws.ConverseResponse];
  ConverseStreamEvent: [Members<Ours.ConverseStreamEvent>, AwsEvents];
  TokenUsage: [Ours.TokenUsage, Aws.TokenUsage];
  ConverseTrace: [Ours.ConverseTrace, Aws.ConverseTrace];
  ConverseStreamTrace: [Ours.ConverseTrace, Aws.ConverseStreamTrace];
  GuardrailAssessment: [Ours.GuardrailAssessment, Aws.GuardrailAssessment];
};

// New texts, because of a union that has a name the error would show nothing else.
agree<`drift at ${DriftOf<Sent, 'sent'> | DriftOf<Received, 'received'>}`>();

// And as a whole: what we send is taken as it is, and what comes is ours once its unknown members are gone.
assignable<Ours.ConverseRequest, AwsRequest>();
assignable<Ours.ConverseRequest, AwsStreamRequest>();
assignable<Known<Aws.ConverseResponse>, OurResponse>();
assignable<Known<AwsEvents>, Members<Ours.ConverseStreamEvent>>();

declare function agree<_Drift extends never>(): void;
declare function assignable<_From extends To, To>(): void;

/** The drifts of all pairs, each beginning with the name of its pair. */
type DriftOf<Pairs extends Record<string, [unknown, unknown]>, How extends Mode> = {
  [Name in keyof Pairs & string]: Drift<Pairs[Name][0], Pairs[Name][1], Name, How>;
}[keyof Pairs & string];

type Mode = 'sent' | 'received';

/** Every way in which the first type differs from the second, in words; `never` if they agree. */
type Drift<O, A, At extends string, How extends Mode> = true extends IsAny<O> | IsAny<A>
  ? `${At}: any`
  : true extends IsJson<O> | IsJson<A>
    ? false extends IsJson<O> | IsJson<A>
      ? `${At}: any JSON on one side only`
      : never
    : [O] extends [Leaf]
      ? LeafDrift<O, A, At>
      : [O, A] extends [(infer OurItem)[], (infer TheirItem)[]]
        ? Drift<OurItem, TheirItem, `${At}[]`, How>
        : [A] extends [Leaf | unknown[]]
          ? `${At}: another type there`
          : FieldDrift<Members<O>, Members<A>, At, How>;

type FieldDrift<O, A, At extends string, How extends Mode> =
  | `${At}.${Exclude<keyof A, keyof O> & string}: missing here`
  | `${At}.${Exclude<keyof O, keyof A> & string}: missing there`
  | {
      [Key in keyof O & keyof A & string]-?:
        | Drift<Exclude<O[Key], undefined>, Exclude<A[Key], undefined>, `${At}.${Key}`, How>
        | OptionDrift<IsOptional<O, Key>, IsOptional<A, Key>, `${At}.${Key}`, How>;
    }[keyof O & keyof A & string];

// What comes may be taken for optional here where AWS promises it, never the other way round.
type OptionDrift<O extends boolean, A extends boolean, At extends string, How extends Mode> = O extends A
  ? never
  : A extends true
    ? `${At}: optional there only`
    : How extends 'sent'
      ? `${At}: optional here only`
      : never;

type Leaf = string | number | boolean | Uint8Array;

// A plain string of ours takes any literal. A union of literals, open or not, has to hold exactly those of AWS.
type LeafDrift<O, A, At extends string> = [O, A] extends [string, string]
  ? [Literals<O>] extends [never]
    ? never
    :
        | `${At}: '${Exclude<Literals<A>, Literals<O>>}' missing here`
        | `${At}: '${Exclude<Literals<O>, Literals<A>>}' missing there`
  : [O, A] extends [A, O]
    ? never
    : `${At}: another type there`;

type Literals<T> = T extends string ? (string extends T ? never : T) : never;

/** The fields of an object; or those of a union of objects with one key each, of which none is optional then. */
type Members<T> = MembersOfKnown<T extends { $unknown: unknown[] } ? never : T>;
type MembersOfKnown<T> =
  true extends IsUnion<T>
    ? { [Key in KeysOf<T>]: T extends unknown ? (Key extends keyof T ? Exclude<T[Key], undefined> : never) : never }
    : Omit<T, '$unknown'>;
type KeysOf<T> = T extends unknown ? Exclude<keyof T, '$unknown'> : never;

/** What AWS sends, without what stands for its future, and without the `undefined` that its required fields allow. */
type Known<T> =
  true extends IsJson<T>
    ? T
    : T extends Leaf
      ? T
      : T extends (infer Item)[]
        ? Known<Item>[]
        : T extends { $unknown: unknown[] }
          ? never
          : { [Key in keyof T as Key extends '$unknown' ? never : Key]: Known<Exclude<T[Key], undefined>> };

type IsAny<T> = 0 extends 1 & T ? true : false;
type IsJson<T> = [T, Ours.JsonValue] extends [Ours.JsonValue, T] ? true : false;
type IsOptional<T, Key extends keyof T> = Record<never, never> extends Pick<T, Key> ? true : false;
type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never;
