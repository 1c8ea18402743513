import { createScriptedConverse } from '@outcrop/converse/testing';
import { describeConverse } from './describe-converse.ts';

describeConverse('a scripted Converse', () => ({ arrange: (script) => createScriptedConverse(script) }));
