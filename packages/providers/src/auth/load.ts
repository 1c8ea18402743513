import { ConfigurationError } from '@outcrop/converse';

// What of AWS is loaded, by need. All of it is optional: whoever does without one need not install it.

export function loadRuntime(): Promise<typeof import('@aws-sdk/client-bedrock-runtime')> {
  return load('@aws-sdk/client-bedrock-runtime', () => import('@aws-sdk/client-bedrock-runtime'));
}

export function loadControl(): Promise<typeof import('@aws-sdk/client-bedrock')> {
  return load('@aws-sdk/client-bedrock', () => import('@aws-sdk/client-bedrock'));
}

export function loadProviders(): Promise<typeof import('@aws-sdk/credential-providers')> {
  return load('@aws-sdk/credential-providers', () => import('@aws-sdk/credential-providers'));
}

async function load<T>(name: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    // Only its own absence is a matter of the set-up. What fails inside of it should be seen as it is.
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (!/MODULE_NOT_FOUND/.test(String(code)) || !String(message).includes(name)) throw error;
    throw new ConfigurationError([{ path: '', message: `${name} is not installed: npm install ${name}` }]);
  }
}
