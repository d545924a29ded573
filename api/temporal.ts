import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type ClientOptions,
} from '@temporalio/client';
import { temporalSettings } from '../runtime/temporal-settings.js';

/** About a second of tries: somebody waits for the answer, and what was not started is found by the worker. */
const TRIES = 4;

/** A client that connects when it is first needed, so that the api starts and accepts while Temporal is away. */
export function connectTemporal(
  address: string,
  namespace: string,
  plugins: NonNullable<ClientOptions['plugins']> = [],
): { client: Client; up(): Promise<boolean>; close(): Promise<void> } {
  const connection = Connection.lazy({
    ...temporalSettings(address),
    connectTimeout: '5 seconds',
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: TRIES }))],
  });
  const client = new Client({ connection, namespace, plugins });
  return {
    client,
    async up() {
      try {
        await connection.withDeadline(Date.now() + 1_500, () =>
          connection.workflowService.describeNamespace({ namespace }),
        );
        return true;
      } catch {
        return false;
      }
    },
    close: () => connection.close(),
  };
}
