/** The parts of an ARN that a request can be sent to. */
export type Arn = {
  /** The whole. */
  arn: string;
  /** Empty in the ARN of a model that stands for all regions. */
  region: string;
  /** The type of resource, such as `inference-profile`. */
  resource: string;
  id: string;
};

const pattern = /^arn:aws[a-z-]*:(?:bedrock|sagemaker):([a-z\d-]*):\d*:([a-z-]+)\/(.+)$/;

/** The parts of an ARN, if it is one. */
export function readArn(text: string): Arn | undefined {
  const [arn, region = '', resource = '', id = ''] = pattern.exec(text.trim()) ?? [];
  return arn === undefined ? undefined : { arn, region, resource, id };
}
