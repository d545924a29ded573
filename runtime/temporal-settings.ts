import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';

/**
 * How Temporal is reached: its address from our settings, the rest (TLS, API key, gRPC metadata) from the SDK's own
 * `TEMPORAL_*` variables and profile file, under the names that its other tools know.
 */
export function temporalSettings(
  address: string,
): ClientConnectConfig['connectionOptions'] & { address: string } {
  return { ...loadClientConnectConfig().connectionOptions, address };
}
