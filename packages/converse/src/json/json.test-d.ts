import { expectTypeOf, test } from 'vitest';
import type {
  ContentBlock,
  ConverseRequest,
  ConverseResponse,
  ConverseStreamEvent,
  JsonValue,
  Message,
} from '../index.ts';
import {
  eventFromJson,
  messageFromJson,
  messagesFromJson,
  requestFromJson,
  responseFromJson,
  toJson,
} from './index.ts';
import { bytes, oneOf, type Shape, string, struct } from './shape.ts';

test('the readers take anything and give the vocabulary', () => {
  expectTypeOf(messageFromJson).parameter(0).toBeUnknown();
  expectTypeOf(messageFromJson).returns.toEqualTypeOf<Message>();
  expectTypeOf(messagesFromJson).returns.toEqualTypeOf<Message[]>();
  expectTypeOf(requestFromJson).returns.toEqualTypeOf<ConverseRequest>();
  expectTypeOf(responseFromJson).returns.toEqualTypeOf<ConverseResponse>();
  expectTypeOf(eventFromJson).returns.toEqualTypeOf<ConverseStreamEvent>();
});

test('the writer takes every part of a conversation, alone or in a list', () => {
  type Written = Message | ContentBlock | ConverseRequest | ConverseResponse | ConverseStreamEvent | readonly Message[];
  expectTypeOf<Written>().toExtend<Parameters<typeof toJson>[0]>();
  expectTypeOf(toJson).returns.toEqualTypeOf<JsonValue>();
});

test('a shape fits its type, or does not compile', () => {
  type Named = { name: string; note?: string | undefined };
  expectTypeOf(struct<Named>({ name: string, 'note?': string })).toEqualTypeOf<Shape<Named>>();
  // @ts-expect-error a field is missing
  struct<Named>({ name: string });
  // @ts-expect-error the field is optional
  struct<Named>({ name: string, note: string });
  // @ts-expect-error the field is no bytes
  struct<Named>({ name: bytes, 'note?': string });
  // @ts-expect-error the kind is not one of the union
  oneOf<{ text: string; image?: never }>({ text: string, image: string, video: string });
});
